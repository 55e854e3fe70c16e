package dev.ftpipe.cloud.ec2;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.base.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Parameters, and the price list. */
final class FakeSsm {
  private final Map<String, String> values = new TreeMap<>();
  private final Map<String, JsonNode> tags = new TreeMap<>();

  synchronized List<String> everything() {
    return values.keySet().stream().map(name -> "parameter " + name).toList();
  }

  synchronized String call(String action, JsonNode request) {
    return switch (action) {
      case "GetProducts" -> products(request);
      case "GetParameter" ->
          Json.canonical(
              Map.of("Parameter", Map.of("Name", request.path("Name"), "Value", "ami-1")));
      case "PutParameter" -> {
        String name = request.path("Name").asText();
        if (values.containsKey(name) && !request.path("Overwrite").asBoolean()) {
          throw new FakeAws.Refused("ParameterAlreadyExists");
        }
        values.put(name, request.path("Value").asText());
        tags.put(name, request.path("Tags"));
        yield "{\"Version\":1}";
      }
      case "GetParametersByPath" -> {
        List<Map<String, String>> found = new ArrayList<>();
        values.forEach(
            (name, value) -> {
              if (name.startsWith(request.path("Path").asText())) {
                found.add(Map.of("Name", name, "Value", value));
              }
            });
        yield Json.canonical(Map.of("Parameters", found));
      }
      case "DescribeParameters" -> {
        String start = request.path("ParameterFilters").path(0).path("Values").path(0).asText("");
        yield Json.canonical(
            Map.of(
                "Parameters",
                values.keySet().stream()
                    .filter(name -> name.startsWith(start))
                    .map(name -> Map.of("Name", name))
                    .toList()));
      }
      case "DeleteParameters" -> {
        request.path("Names").forEach(name -> values.remove(name.asText()));
        yield "{}";
      }
      case "ListTagsForResource" ->
          Json.canonical(Map.of("TagList", tags.get(request.path("ResourceId").asText())));
      default -> throw new FakeAws.Refused("InvalidAction");
    };
  }

  private static String products(JsonNode request) {
    String type = "";
    for (JsonNode filter : request.path("Filters")) {
      if (filter.path("Field").asText().equals("instanceType")) {
        type = filter.path("Value").asText();
      }
    }
    String product =
        """
        {"product":{"attributes":{"instanceType":"%s"}},"terms":{"OnDemand":{"a":{"priceDimensions":\
        {"b":{"unit":"Hrs","pricePerUnit":{"USD":"%s"}}}}}}}"""
            .formatted(type, FakeEc2.onDemand(type));
    return Json.canonical(Map.of("PriceList", List.of(product)));
  }
}
