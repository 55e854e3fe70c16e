package dev.ftpipe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.store.ObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The provider {@code ec2}, with machines that are processes and a fleet that replaces them. */
@Tag("slow")
final class Ec2ProviderTest extends ProviderContract {
  private @Nullable Amazon amazon;

  private Amazon amazon() {
    Amazon here = amazon;
    if (here == null) {
      here = Amazon.start(folder.resolve("machines"));
      amazon = here;
    }
    return here;
  }

  @Override
  String profile() {
    return amazon().profile("");
  }

  @Override
  SharedRemote remote() {
    return new SharedRemote() {
      @Override
      public void addTo(CommandLines project) throws IOException {
        amazon().addRemote(project);
        if (!Files.exists(folder.resolve("dist"))) {
          Amazon.sendDistribution(project, installed());
        }
      }

      @Override
      public ObjectStore open() {
        return amazon().objects();
      }
    };
  }

  @AfterEach
  void end() {
    amazon().close();
  }

  /** Not the process alone: what comes next has a disk of its own. */
  @Override
  void kill(String id) {
    amazon().aws.ec2().takeAway(id);
  }

  @Override
  void notice(String id) {
    amazon().aws.ec2().interrupt(id);
  }

  @Test
  void whatWasMadeForARunIsGoneWithIt() {
    isDone(here.ftpipe("launch", "--on", "there", "-y", "--", "echo one"));

    assertThat(amazon().aws.everything()).isEmpty();
  }
}
