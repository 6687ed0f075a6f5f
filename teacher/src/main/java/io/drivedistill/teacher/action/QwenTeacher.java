package io.drivedistill.teacher.action;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import io.drivedistill.core.ContentKey;
import io.drivedistill.core.JsonFiles;
import io.drivedistill.nn.Inference;
import io.drivedistill.nn.Pass;
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
import io.drivedistill.teacher.qwen.QwenConfig;
import io.drivedistill.teacher.qwen.QwenFolder;
import io.drivedistill.teacher.qwen.QwenVl;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A Qwen2.5-VL that answers with latent action codes. Owns the memory of its weights. Not thread
 * safe.
 */
public final class QwenTeacher implements Teacher, AutoCloseable {
  private static final String CONFIG_FILE = "teacher.json";
  private static final String WEIGHTS_FILE = "weights.safetensors";
  private static final int PHRASE_PADDING = 0;
  private static final int PUBLISHED_PADDING = 151643;

  private final TeacherConfig config;
  private final NDManager manager = NDManager.newBaseManager();
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
      return new QwenTeacher(config, new QwenVl(model), encoder, PHRASE_PADDING);
    }
    QwenFolder folder = QwenFolder.open(config.pretrained().orElseThrow());
    QwenConfig model = folder.config();
    ActionTokens actions =
        ActionTokens.from(ActionTokens.PUBLISHED.firstCode(), config.codes(), config.positions());
    PromptEncoder encoder =
        new PromptEncoder(
            new DrivingPrompt(true), JsonTokenizer.read(folder.tokenizerFile()), model, actions);
    return new QwenTeacher(config, new QwenVl(model), encoder, PUBLISHED_PADDING);
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
      QwenFolder.open(config.pretrained().get()).load(teacher.model(), teacher.manager);
      ActionTokens actions = teacher.encoder.actions();
      teacher.model().renewRows(actions.firstCode(), actions.end(), seed);
    } else {
      teacher.model().initialize(teacher.manager, seed);
    }
    return teacher;
  }

  /**
   * Reads what {@link #save} wrote.
   *
   * @throws io.drivedistill.core.DriveDistillException if a file is missing or damaged
   */
  public static QwenTeacher load(Path folder) {
    QwenTeacher teacher = of(JsonFiles.read(folder.resolve(CONFIG_FILE), TeacherConfig.class));
    WeightsFile.at(folder.resolve(WEIGHTS_FILE)).load(teacher.model(), teacher.manager);
    return teacher;
  }

  /** Writes configuration and weights, under their published names, into a folder. */
  public void save(Path folder) {
    WeightsFile.save(model(), folder.resolve(WEIGHTS_FILE), Map.of());
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
      WeightsFile.arrays(model())
          .forEach((name, array) -> parts.numbers(name, array.toFloatArray()));
      key = parts.build();
    }
    return key;
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
            CodePredictor.Reading reading = predictor.read(pass, scratch, scenes);
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
