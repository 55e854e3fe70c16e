package dev.ftpipe.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.deque.html.axecore.results.Rule;
import com.deque.html.axecore.selenium.AxeBuilder;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.logging.Level;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.WebDriverWait;

/** A browser without a window, with a profile that is thrown away. */
public final class Chromium implements AutoCloseable {
  private static final Path BROWSER = Path.of("/usr/bin/chromium");
  private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
  private static final Path PICTURES = Path.of("target/screenshots");
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** What a finding of axe-core has to be to count here. */
  private static final Set<String> SERIOUS = Set.of("serious", "critical");

  private final ChromeDriver driver;

  private Chromium(ChromeDriver driver) {
    this.driver = driver;
  }

  /** Starts the browser; skips the test where there is none. */
  public static Chromium start() {
    assumeTrue(
        Files.isExecutable(BROWSER) && Files.isExecutable(DRIVER),
        "needs " + BROWSER + " and " + DRIVER + " (Debian: chromium, chromium-driver)");
    ChromeOptions options = new ChromeOptions();
    options.setBinary(BROWSER.toFile());
    options.addArguments("--headless=new", "--no-sandbox", "--disable-dev-shm-usage");
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    options.setCapability("goog:loggingPrefs", logs);
    ChromeDriverService service =
        new ChromeDriverService.Builder().usingDriverExecutable(DRIVER.toFile()).build();
    return new Chromium(new ChromeDriver(service, options));
  }

  /**
   * A window of this size in CSS pixels, on a screen in this theme: {@code light}, {@code dark}.
   */
  public Chromium show(int width, int height, String theme) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 500));
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", theme))));
    return this;
  }

  public Chromium open(String address) {
    driver.get(address);
    return this;
  }

  /** The value of a JavaScript expression. */
  public Object value(String expression) {
    Object value = driver.executeScript("return " + expression);
    return value == null ? "" : value;
  }

  /** Waits until a JavaScript expression is true. */
  public void await(String expression) {
    new WebDriverWait(driver, PATIENCE)
        .withMessage(expression)
        .until(any -> Boolean.TRUE.equals(value(expression)));
  }

  /** What a promise comes to that this JavaScript makes. */
  public Object promised(String script) {
    Object value =
        driver.executeAsyncScript(
            "const done = arguments[arguments.length - 1]; (async () => {"
                + script
                + "})().then(done);");
    return value == null ? "" : value;
  }

  public void click(String selector) {
    driver.findElement(By.cssSelector(selector)).click();
  }

  /** The text that a reader of the element sees. */
  public String text(String selector) {
    return driver.findElement(By.cssSelector(selector)).getText();
  }

  /** Keeps a picture of the window for somebody to look at. */
  public void picture(String name) throws IOException {
    File file = driver.getScreenshotAs(OutputType.FILE);
    Files.createDirectories(PICTURES);
    Files.move(
        file.toPath(),
        PICTURES.resolve(name + ".png"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
  }

  /**
   * The page says nothing on the console, is no wider than its window, and axe-core finds nothing
   * serious.
   */
  public void checkPage() {
    assertThat(driver.manage().logs().get(LogType.BROWSER).getAll()).as("console").isEmpty();
    assertThat((Long) value("document.documentElement.scrollWidth - innerWidth"))
        .as("pixels that the page is too wide")
        .isLessThanOrEqualTo(0);
    List<Rule> findings =
        new AxeBuilder()
            .analyze(driver).getViolations().stream()
                .filter(rule -> SERIOUS.contains(rule.getImpact()))
                .toList();
    assertThat(findings).extracting(rule -> rule.getId() + ": " + rule.getNodes()).isEmpty();
  }

  @Override
  public void close() {
    driver.quit();
  }
}
