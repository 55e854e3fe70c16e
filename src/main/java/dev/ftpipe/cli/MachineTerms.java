package dev.ftpipe.cli;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.cloud.Distribution;
import dev.ftpipe.cloud.Offer;
import dev.ftpipe.cloud.Provider;
import dev.ftpipe.cloud.Terms;
import dev.ftpipe.store.ObjectStore;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The terms on which machines may be had for runs of a project.
 *
 * @param store where its remote is, as its users write it
 * @param objects of that remote
 */
record MachineTerms(Invocation invocation, String store, ObjectStore objects) {
  Terms of(Provider provider, List<Offer> offers, Terms.Wishes wishes) throws IOException {
    if (!provider.sellsMachines()) {
      return Terms.none(store);
    }
    Optional<Distribution> program = Distribution.current(objects);
    if (program.isEmpty()) {
      throw FtpipeException.usage(
          "machines bring ftpipe from the remote, and it is not there yet: send it once with"
              + " 'ftpipe cloud dist'");
    }
    return new Terms(offers, wishes, store, program, invocation::note);
  }
}
