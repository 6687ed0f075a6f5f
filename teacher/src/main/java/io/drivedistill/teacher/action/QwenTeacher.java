package io.drivedistill.teacher.action;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.training.ParameterStore;
import io.drivedistill.core.ContentKey;
import io.drivedistill.core.JsonFiles;
import io.drivedistill.core.Safetensors;
import io.drivedistill.nn.Inference;
import io.drivedistill.nn.Pass;
import io.drivedistill.nn.TensorLibrary;
import io.drivedistill.nn.WeightsFile;
import io.drivedistill.teacher.Teacher;
import io.drivedistill.teacher.TeacherInput;
import io.drivedistill.teacher.TeacherOutput;
import io.drivedistill.teacher.TeacherShape;
import io.drivedistill.teacher.prompt.ActionTokens;
import io.drivedistill.teacher.prompt.DrivingPrompt;
import io.drivedistill.teacher.prompt.EncodedScene;
import io.drivedistill.teacher.prompt.JsonTokenizer;
import io.drivedistill.teacher.prompt.PhraseTokenizer;
import io.drivedistill.teacher.prompt.PromptEncoder;
import io.drivedistill.teacher.qwen.LoraAdapter;
import io.drivedistill.teacher.qwen.QwenConfig;
import io.drivedistill.teacher.qwen.QwenFolder;
import io.drivedistill.teacher.qwen.QwenVl;
import io.drivedistill.teacher.qwen.VocabularyRows;
import io.drivedistill.teacher.qwen.WeightPrecision;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A Qwen2.5-VL that answers with latent action codes. Owns the memory of its weights. While it is
 * trained or changed, nobody else may use it.
 */
public final class QwenTeacher implements Teacher, AutoCloseable {
  private static final String CONFIG_FILE = "teacher.json";
  private static final String WEIGHTS_FILE = "weights.safetensors";
  private static final String ROWS_FILE = "action_rows.safetensors";
  private static final String ADAPTER_FOLDER = "adapter";
  private static final long KEY_PART = 1 << 24;
  private static final int PHRASE_PADDING = 0;
  private static final int PUBLISHED_PADDING = 151643;

  private final TeacherConfig config;
  private final NDManager manager = TensorLibrary.newManager();
  private final PromptEncoder encoder;
  private final CodePredictor predictor;
  private ContentKey key;

  private QwenTeacher(TeacherConfig config, QwenVl model, PromptEncoder encoder, int padding) {
    this.config = config;
    this.encoder = encoder;
    predictor = new CodePredictor(model, encoder.actions(), padding, config.visualBands());
  }

  /** A teacher without weights. */
  private static QwenTeacher of(TeacherConfig config) {
    if (config.sizes().isPresent()) {
      PhraseTokenizer tokenizer = new PhraseTokenizer(DrivingPrompt.phrases());
      int phrases = tokenizer.size();
      QwenConfig model = config.sizes().get().config(phrases, config.codes(), config.positions());
      ActionTokens actions = QwenSizes.actions(phrases, config.codes(), config.positions());
      PromptEncoder encoder =
          new PromptEncoder(new DrivingPrompt(false), tokenizer, model, actions);
      return new QwenTeacher(
          config, new QwenVl(model, config.differences().interpolation()), encoder, PHRASE_PADDING);
    }
    QwenFolder folder = QwenFolder.open(config.pretrained().orElseThrow());
    QwenConfig model = folder.config();
    ActionTokens actions =
        ActionTokens.from(ActionTokens.PUBLISHED.firstCode(), config.codes(), config.positions());
    PromptEncoder encoder =
        new PromptEncoder(
            new DrivingPrompt(true), JsonTokenizer.read(folder.tokenizerFile()), model, actions);
    return new QwenTeacher(
        config,
        new QwenVl(model, config.differences().interpolation()),
        encoder,
        PUBLISHED_PADDING);
  }

  /**
   * A teacher that has not learnt codes: random weights, or the published ones with fresh rows for
   * the action tokens.
   *
   * @throws io.drivedistill.core.DriveDistillException if the pretrained folder is not whole
   */
  public static QwenTeacher untrained(TeacherConfig config, long seed) {
    QwenTeacher teacher = of(config);
    if (config.pretrained().isPresent()) {
      teacher.loadPretrained();
      teacher.actionRows().renew(seed);
    } else {
      teacher.model().initialize(teacher.manager, seed);
    }
    config
        .differences()
        .lora()
        .ifPresent(lora -> lora.attach(teacher.model(), teacher.manager, seed));
    return teacher;
  }

  private void loadPretrained() {
    WeightPrecision precision = config.differences().precision().orElse(WeightPrecision.FLOAT32);
    QwenFolder.open(config.pretrained().orElseThrow()).load(model(), manager, precision);
  }

  private VocabularyRows actionRows() {
    return new VocabularyRows(model(), encoder.actions().firstCode(), encoder.actions().end());
  }

  /**
   * Reads what {@link #save} wrote.
   *
   * @throws io.drivedistill.core.DriveDistillException if a file is missing or damaged
   */
  public static QwenTeacher load(Path folder) {
    QwenTeacher teacher = of(JsonFiles.read(folder.resolve(CONFIG_FILE), TeacherConfig.class));
    boolean adapted = teacher.config.differences().lora().isPresent();
    if (adapted && teacher.config.pretrained().isPresent()) {
      teacher.loadPretrained();
      teacher.actionRows().load(folder.resolve(ROWS_FILE));
    } else {
      WeightsFile.at(folder.resolve(WEIGHTS_FILE)).load(teacher.model(), teacher.manager);
    }
    if (adapted) {
      LoraAdapter.load(folder.resolve(ADAPTER_FOLDER), teacher.model(), teacher.manager);
    }
    return teacher;
  }

  /**
   * Writes configuration and weights, under their published names, into a folder. Of a pretrained
   * model with adapters only these, as peft lays them out, and the rows of the action tokens are
   * written.
   */
  public void save(Path folder) {
    Optional<LoraAdapter> lora = config.differences().lora();
    lora.ifPresent(adapter -> adapter.save(model(), folder.resolve(ADAPTER_FOLDER)));
    if (lora.isPresent() && config.pretrained().isPresent()) {
      actionRows().save(folder.resolve(ROWS_FILE));
    } else {
      Map<String, NDArray> weights = WeightsFile.arrays(model());
      weights.keySet().removeIf(LoraAdapter::isPart);
      Safetensors.write(folder.resolve(WEIGHTS_FILE), WeightsFile.sources("", weights), Map.of());
    }
    JsonFiles.write(folder.resolve(CONFIG_FILE), config);
  }

  /** How it was made. */
  public TeacherConfig config() {
    return config;
  }

  /** Turns scenes into what {@link TeacherTraining} learns from. */
  public PromptEncoder encoder() {
    return encoder;
  }

  /** The network. */
  public QwenVl model() {
    return predictor.model();
  }

  CodePredictor predictor() {
    return predictor;
  }

  /** To be called when weights have changed. */
  void weightsChanged() {
    key = null;
  }

  @Override
  public TeacherShape shape() {
    int features = config.positions() + config.view().cameras().size() * config.visualBands();
    return new TeacherShape(
        config.positions(), config.codes(), features, model().config().text().hiddenSize());
  }

  @Override
  public ContentKey key() {
    if (key == null) {
      ContentKey.Builder parts =
          ContentKey.of("qwen teacher")
              .settings("model", model().config().text())
              .settings("vision", model().config().vision())
              .settings("view", config.view())
              .number("bands", config.visualBands())
              .key("prompt", encoder.key());
      config.variant().ifPresent(variant -> parts.settings("variant", variant));
      Map<String, NDArray> weights = WeightsFile.arrays(model());
      if (config.differences().lora().isPresent() && config.pretrained().isPresent()) {
        QwenFolder.open(config.pretrained().get())
            .weightFiles()
            .forEach(file -> parts.file("pretrained", file));
        actionRows().values().forEach(parts::numbers);
        weights.keySet().removeIf(name -> !LoraAdapter.isPart(name));
      }
      weights.forEach((name, array) -> addNumbers(parts, name, array));
      key = parts.build();
    }
    return key;
  }

  /** Large tables go in parts, since Java could not hold them beside everything else. */
  private static void addNumbers(ContentKey.Builder parts, String name, NDArray array) {
    if (array.size() <= KEY_PART) {
      parts.numbers(name, array.toFloatArray());
      return;
    }
    long rows = array.getShape().get(0);
    long step = Math.max(1, KEY_PART / (array.size() / rows));
    for (long row = 0; row < rows; row += step) {
      try (NDArray part = array.get(new NDIndex(row + ":" + Math.min(rows, row + step)))) {
        parts.numbers(name + " from " + row, part.toFloatArray());
      }
    }
  }

  @Override
  public TeacherOutput infer(NDManager owner, List<TeacherInput> inputs) {
    return inferEncoded(owner, inputs.stream().map(encoder::encode).toList());
  }

  /** Like infer, on scenes that are encoded already. */
  public TeacherOutput inferEncoded(NDManager owner, List<EncodedScene> scenes) {
    return Inference.run(
        () -> {
          try (NDManager scratch = owner.newSubManager()) {
            Pass pass = new Pass(new ParameterStore(manager, false), owner.getDevice(), false);
            CodePredictor.Reading reading =
                config.differences().answers() == TeacherVariant.Answering.QUERIES
                    ? predictor.read(pass, scratch, scenes)
                    : predictor.written(pass, scratch, scenes);
            NDArray logProbabilities = reading.codeScores().logSoftmax(-1);
            NDArray features = predictor.features(reading);
            logProbabilities.attach(owner);
            features.attach(owner);
            return new TeacherOutput(logProbabilities, features);
          }
        });
  }

  /** Frees the weights. */
  @Override
  public void close() {
    manager.close();
  }
}
