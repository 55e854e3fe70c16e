package dev.ftpipe.cloud;

/**
 * A machine that somebody has, with what it costs.
 *
 * @param usdPerHour the most that it costs in any of the places where it may be
 * @param pricedAt ISO 8601: a price without a date is worth nothing
 */
public record Offer(String type, boolean spot, double usdPerHour, String pricedAt) {}
