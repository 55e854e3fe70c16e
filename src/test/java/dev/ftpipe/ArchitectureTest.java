package dev.ftpipe;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.GeneralCodingRules;

/** The arrows between the rooms, as a test. */
@AnalyzeClasses(packages = "dev.ftpipe", importOptions = DoNotIncludeTests.class)
final class ArchitectureTest {
  @ArchTest
  static final ArchRule importsFollowTheDesign =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("main")
          .definedBy("dev.ftpipe")
          .layer("cli")
          .definedBy("dev.ftpipe.cli..")
          .layer("run")
          .definedBy("dev.ftpipe.run..")
          .layer("dag")
          .definedBy("dev.ftpipe.dag..")
          .layer("config")
          .definedBy("dev.ftpipe.config..")
          .layer("stage")
          .definedBy("dev.ftpipe.stage")
          .layer("kinds")
          .definedBy("dev.ftpipe.stage.*..")
          .layer("data")
          .definedBy("dev.ftpipe.data..")
          .layer("model")
          .definedBy("dev.ftpipe.model..")
          .layer("store")
          .definedBy(
              "dev.ftpipe.store",
              "dev.ftpipe.store.collect",
              "dev.ftpipe.store.compress",
              "dev.ftpipe.store.pack",
              "dev.ftpipe.store.remote")
          .layer("stores")
          .definedBy(
              "dev.ftpipe.store.local..", "dev.ftpipe.store.folder..", "dev.ftpipe.store.s3..")
          .layer("origin")
          .definedBy("dev.ftpipe.origin..")
          .layer("dvc")
          .definedBy("dev.ftpipe.dvc..")
          .layer("git")
          .definedBy("dev.ftpipe.git..")
          .layer("record")
          .definedBy("dev.ftpipe.record..")
          .layer("report")
          .definedBy("dev.ftpipe.report..")
          .layer("live")
          .definedBy("dev.ftpipe.live..")
          .layer("mlflow")
          .definedBy("dev.ftpipe.mlflow..")
          .layer("history")
          .definedBy("dev.ftpipe.history..")
          .layer("cloud")
          .definedBy("dev.ftpipe.cloud", "dev.ftpipe.cloud.jobs", "dev.ftpipe.cloud.node")
          .layer("providers")
          .definedBy(
              "dev.ftpipe.cloud.ec2..",
              "dev.ftpipe.cloud.kubernetes..",
              "dev.ftpipe.cloud.local..",
              "dev.ftpipe.cloud.slurm..",
              "dev.ftpipe.cloud.ssh..")
          .layer("base")
          .definedBy("dev.ftpipe.base..")
          .whereLayer("main")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("cli")
          .mayOnlyBeAccessedByLayers("main")
          .whereLayer("kinds")
          .mayOnlyBeAccessedByLayers("main")
          .whereLayer("stores")
          .mayOnlyBeAccessedByLayers("main")
          .whereLayer("run")
          .mayOnlyAccessLayers("dag", "config", "stage", "store", "origin", "git", "base")
          .whereLayer("origin")
          .mayOnlyAccessLayers("store", "base")
          .whereLayer("dvc")
          .mayOnlyAccessLayers("run", "dag", "origin", "config", "store", "base")
          .whereLayer("dag")
          .mayOnlyAccessLayers("config", "stage", "base")
          .whereLayer("config")
          .mayOnlyAccessLayers("base")
          .whereLayer("stage")
          .mayOnlyAccessLayers("base")
          .whereLayer("kinds")
          .mayOnlyAccessLayers("stage", "data", "model", "base")
          .whereLayer("data")
          .mayOnlyAccessLayers("base")
          .whereLayer("model")
          .mayOnlyAccessLayers("base")
          .whereLayer("store")
          .mayOnlyAccessLayers("base")
          .whereLayer("stores")
          .mayOnlyAccessLayers("store", "base")
          .whereLayer("history")
          .mayOnlyAccessLayers(
              "run", "record", "report", "git", "dag", "config", "stage", "store", "base")
          .whereLayer("report")
          .mayOnlyAccessLayers("dag", "config", "base")
          .whereLayer("mlflow")
          .mayOnlyAccessLayers("record", "report", "base")
          .whereLayer("live")
          .mayOnlyAccessLayers("base")
          .whereLayer("record")
          .mayOnlyAccessLayers("base")
          .whereLayer("git")
          .mayOnlyAccessLayers("base")
          .whereLayer("cloud")
          .mayOnlyAccessLayers("config", "store", "base")
          .whereLayer("providers")
          .mayOnlyBeAccessedByLayers("main")
          .whereLayer("providers")
          .mayOnlyAccessLayers("cloud", "base")
          .whereLayer("base")
          .mayNotAccessAnyLayer();

  @ArchTest
  static final ArchRule packagesFormNoCycles =
      slices().matching("dev.ftpipe.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule kindsDoNotKnowEachOther =
      slices().matching("dev.ftpipe.stage.(*)..").should().notDependOnEachOther();

  @ArchTest
  static final ArchRule picocliStaysInTheCli =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.ftpipe.cli..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("picocli..");

  @ArchTest
  static final ArchRule theEngineStaysInTheModel =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.ftpipe.model..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("ai.djl..");

  @ArchTest
  static final ArchRule onlyTheS3RemoteAndEc2KnowTheAwsSdk =
      noClasses()
          .that()
          .resideOutsideOfPackages("dev.ftpipe.store.s3..", "dev.ftpipe.cloud.ec2..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("software.amazon.awssdk..");

  @ArchTest
  static final ArchRule jGitStaysInTheRoomOfGit =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.ftpipe.git..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.eclipse.jgit..");

  @ArchTest
  static final ArchRule onlyItsRoomKnowsMlflow =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.ftpipe.mlflow..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.mlflow..");

  @ArchTest
  static final ArchRule onlyMainExits =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName("dev.ftpipe.Main")
          .should()
          .callMethod(System.class, "exit", int.class);

  @ArchTest
  static final ArchRule onlyMainKnowsTheStandardStreams =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName("dev.ftpipe.Main")
          .should(GeneralCodingRules.ACCESS_STANDARD_STREAMS);
}
