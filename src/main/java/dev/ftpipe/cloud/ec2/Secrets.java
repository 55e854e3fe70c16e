package dev.ftpipe.cloud.ec2;

import dev.ftpipe.base.FtpipeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.Parameter;
import software.amazon.awssdk.services.ssm.model.ParameterAlreadyExistsException;
import software.amazon.awssdk.services.ssm.model.ParameterMetadata;
import software.amazon.awssdk.services.ssm.model.ParameterStringFilter;
import software.amazon.awssdk.services.ssm.model.ParameterType;
import software.amazon.awssdk.services.ssm.model.ResourceTypeForTagging;
import software.amazon.awssdk.services.ssm.model.Tag;

/** Variables of a run that only its machines may read: encrypted parameters in its folder. */
record Secrets(SsmClient ssm) {
  private static final int LONGEST = 4096;
  private static final int AT_ONCE = 10;

  void lay(RunName run, Map<String, String> values, Map<String, String> tags) {
    List<Tag> own =
        tags.entrySet().stream()
            .map(tag -> Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
            .toList();
    for (Map.Entry<String, String> value : values.entrySet()) {
      if (value.getValue().length() > LONGEST) {
        throw FtpipeException.usage(
            "the secret " + value.getKey() + " is longer than " + LONGEST + " bytes");
      }
      String name = run.secrets() + value.getKey();
      Account.ask(
          "ssm:PutParameter",
          () -> {
            try {
              return ssm.putParameter(
                  put ->
                      put.name(name)
                          .value(value.getValue())
                          .type(ParameterType.SECURE_STRING)
                          .tags(own));
            } catch (ParameterAlreadyExistsException e) {
              return ssm.putParameter(
                  put ->
                      put.name(name)
                          .value(value.getValue())
                          .type(ParameterType.SECURE_STRING)
                          .overwrite(true));
            }
          });
    }
  }

  /** Those of a run, by name. */
  Map<String, String> read(RunName run) {
    List<Parameter> all =
        Account.ask(
            "ssm:GetParametersByPath",
            () ->
                ssm
                    .getParametersByPathPaginator(
                        get -> get.path(run.secrets()).withDecryption(true))
                    .stream()
                    .flatMap(page -> page.parameters().stream())
                    .toList());
    Map<String, String> values = new TreeMap<>();
    for (Parameter each : all) {
      values.put(each.name().substring(run.secrets().length()), each.value());
    }
    return values;
  }

  /** Removes these names from the folder of a run. */
  void remove(List<String> names) {
    for (int from = 0; from < names.size(); from += AT_ONCE) {
      List<String> some = names.subList(from, Math.min(names.size(), from + AT_ONCE));
      Account.ask("ssm:DeleteParameters", () -> ssm.deleteParameters(each -> each.names(some)));
    }
  }

  /** Removes all of a run. */
  void remove(RunName run) {
    remove(names(run.secrets()));
  }

  private static ParameterStringFilter under(String folder) {
    return ParameterStringFilter.builder().key("Name").option("BeginsWith").values(folder).build();
  }

  private List<String> names(String folder) {
    return Account.ask(
        "ssm:DescribeParameters",
        () ->
            ssm.describeParametersPaginator(each -> each.parameterFilters(under(folder))).stream()
                .flatMap(page -> page.parameters().stream())
                .map(ParameterMetadata::name)
                .toList());
  }

  List<Found> found() {
    List<Found> found = new ArrayList<>();
    for (String name : names(RunName.IAM_PATH)) {
      String run = name.substring(RunName.IAM_PATH.length()).replaceFirst("/.*", "");
      Account.askIfThere(
              "ssm:ListTagsForResource",
              () ->
                  ssm.listTagsForResource(
                      tags -> tags.resourceType(ResourceTypeForTagging.PARAMETER).resourceId(name)))
          .ifPresent(
              tags ->
                  found.add(
                      new Found(
                          "secret " + name,
                          run,
                          RunName.tag(tags.tagList(), RunName.STORE_TAG, Tag::key, Tag::value)
                              .orElse(""))));
    }
    return found;
  }
}
