package io.drivedistill.tests;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures;
import java.util.Set;

/** Holds the plan of the house: docs/architecture.md. */
@AnalyzeClasses(packages = "io.drivedistill", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
  private static final String DJL = "ai.djl..";

  @ArchTest
  static final ArchRule ROOMS_USE_ONLY_WHAT_THE_PLAN_ALLOWS =
      Architectures.layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .withOptionalLayers(true)
          .layer("core")
          .definedBy("io.drivedistill.core..")
          .layer("navsim")
          .definedBy("io.drivedistill.navsim..")
          .layer("nn")
          .definedBy("io.drivedistill.nn..")
          .layer("latent-action")
          .definedBy("io.drivedistill.latentaction..")
          .layer("teacher")
          .definedBy("io.drivedistill.teacher..")
          .layer("student")
          .definedBy("io.drivedistill.student..")
          .layer("export")
          .definedBy("io.drivedistill.export..")
          .layer("distill")
          .definedBy("io.drivedistill.distill..")
          .layer("cli")
          .definedBy("io.drivedistill.cli..")
          .whereLayer("core")
          .mayNotAccessAnyLayer()
          .whereLayer("navsim")
          .mayOnlyAccessLayers("core")
          .whereLayer("nn")
          .mayOnlyAccessLayers("core")
          .whereLayer("latent-action")
          .mayOnlyAccessLayers("core", "nn", "navsim")
          .whereLayer("teacher")
          .mayOnlyAccessLayers("core", "nn", "navsim", "latent-action")
          .whereLayer("student")
          .mayOnlyAccessLayers("core", "nn", "navsim")
          .whereLayer("export")
          .mayOnlyAccessLayers("core", "nn")
          .whereLayer("distill")
          .mayOnlyAccessLayers(
              "core", "nn", "navsim", "latent-action", "teacher", "student", "export")
          .whereLayer("cli")
          .mayNotBeAccessedByAnyLayer();

  @ArchTest
  static final ArchRule EVERY_CLASS_LIVES_IN_A_ROOM =
      classes()
          .should()
          .resideInAnyPackage(
              "io.drivedistill.core..",
              "io.drivedistill.navsim..",
              "io.drivedistill.nn..",
              "io.drivedistill.latentaction..",
              "io.drivedistill.teacher..",
              "io.drivedistill.student..",
              "io.drivedistill.export..",
              "io.drivedistill.distill..",
              "io.drivedistill.cli..");

  @ArchTest
  static final ArchRule TENSORS_STAY_OUT_OF_CORE_NAVSIM_AND_CLI =
      noClasses()
          .that()
          .resideInAnyPackage(
              "io.drivedistill.core..", "io.drivedistill.navsim..", "io.drivedistill.cli..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(DJL, "ai.onnxruntime..", "ai.onnx..");

  @ArchTest
  static final ArchRule ONNX_STAYS_IN_EXPORT =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.drivedistill.export..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("ai.onnxruntime..", "ai.onnx..");

  @ArchTest
  static final ArchRule THE_OPTIONAL_CLUSTER_IS_NOT_NEEDED =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.spark..", "io.drivedistill.spark..");

  @ArchTest
  static final ArchRule PACKAGES_HAVE_DOMAIN_NAMES =
      noClasses()
          .should()
          .resideInAnyPackage(
              "..util..",
              "..utils..",
              "..common..",
              "..helper..",
              "..helpers..",
              "..manager..",
              "..managers..",
              "..impl..",
              "..misc..");

  @ArchTest
  static final ArchRule PACKAGES_HAVE_NO_CYCLES =
      slices().matching("io.drivedistill.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule ONLY_COMMANDS_AND_PROGRESS_PRINT =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.drivedistill.cli..")
          .and()
          .doNotHaveFullyQualifiedName("io.drivedistill.core.LineProgress")
          .should()
          .accessField(System.class, "out")
          .orShould()
          .accessField(System.class, "err");

  /**
   * DJL's arithmetic with a Java number saves a tensor over memory that Java may free before the
   * backward pass: gradients are silently wrong after a garbage collection.
   */
  @ArchTest
  static final ArchRule TRAINED_CODE_USES_SCALARS =
      noClasses()
          .that()
          .resideInAnyPackage(
              "io.drivedistill.nn..",
              "io.drivedistill.latentaction..",
              "io.drivedistill.teacher..",
              "io.drivedistill.student..",
              "io.drivedistill.distill..")
          .and()
          .doNotHaveFullyQualifiedName("io.drivedistill.nn.Scalars")
          .should()
          .callMethodWhere(arithmeticWithANumber())
          .orShould()
          .callMethodWhere(calling("ai.djl.training.loss.Loss", Set.of("l2Loss", "l1Loss")))
          .orShould()
          .dependOnClassesThat(
              assignableTo("ai.djl.training.loss.L2Loss")
                  .or(assignableTo("ai.djl.training.loss.L1Loss")))
          .orShould()
          .callMethodWhere(
              calling("ai.djl.nn.Activation", Set.of("swish", "swishBlock", "mish", "mishBlock")))
          .because(
              "DJL frees the number's memory before autograd reads it; see docs/architecture.md");

  private static DescribedPredicate<JavaCall<?>> calling(String owner, Set<String> names) {
    return DescribedPredicate.describe(
        owner + " " + names,
        call ->
            names.contains(call.getTarget().getName())
                && call.getTargetOwner().isAssignableTo(owner));
  }

  private static DescribedPredicate<JavaCall<?>> arithmeticWithANumber() {
    Set<String> names =
        Set.of(
            "mul", "muli", "div", "divi", "pow", "powi", "maximum", "minimum", "mod", "modi",
            "rdiv", "rdivi", "rpow");
    return DescribedPredicate.describe(
        "NDArray arithmetic with a java.lang.Number",
        call ->
            names.contains(call.getTarget().getName())
                && call.getTargetOwner().isAssignableTo("ai.djl.ndarray.NDArray")
                && call.getTarget().getRawParameterTypes().stream()
                    .map(JavaClass::getName)
                    .anyMatch(Number.class.getName()::equals));
  }
}
