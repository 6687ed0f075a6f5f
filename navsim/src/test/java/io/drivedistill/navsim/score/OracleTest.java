package io.drivedistill.navsim.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.drivedistill.navsim.SharedFiles;
import io.drivedistill.navsim.scene.NavsimDataset;
import io.drivedistill.navsim.scene.Pose2;
import io.drivedistill.navsim.scene.Scene;
import io.drivedistill.navsim.scene.SceneFilter;
import io.drivedistill.navsim.scene.Trajectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Compares every intermediate value with those of the official code, in the order of the
 * computation, so that the first wrong one is the one that is named.
 */
class OracleTest {
  private static final SceneFilter FILTER = SceneFilter.standard().withFrameInterval(4);

  @Test
  void bundledScenesAreScoredAsTheOfficialCodeDoes() throws IOException {
    assertThat(check(SharedFiles.bundledOracle())).isEqualTo(6);
  }

  @Test
  void allReferenceScenesAreScoredAsTheOfficialCodeDoes() throws IOException {
    assertThat(check(SharedFiles.oracle())).isEqualTo(65);
  }

  private static int check(Path root) throws IOException {
    NavsimDataset dataset = NavsimDataset.open(root, "dev");
    List<Scene> scenes = dataset.scenes(FILTER).toList();
    for (Scene scene : scenes) {
      JsonNode expected =
          new ObjectMapper().readTree(root.resolve("expected/" + scene.token() + ".json").toFile());
      MetricCacheBuilder.Preparation found =
          MetricCacheBuilder.prepare(scene, dataset.map(scene.mapLocation()), Rules.PDMS_V1_1);
      new Comparison(scene.token(), expected, found).all();
    }
    return scenes.size();
  }

  private record Comparison(String token, JsonNode expected, MetricCacheBuilder.Preparation found) {
    void all() {
      start();
      route();
      drivable();
      observation();
      planner();
      reference();
      for (Map.Entry<String, JsonNode> entry : expected.get("trajectories").properties()) {
        trajectory(entry.getKey(), entry.getValue());
      }
    }

    private void close(String what, double actual, double wanted, double tolerance) {
      if (Math.abs(actual - wanted) <= tolerance) {
        return; // Half a million numbers: only a wrong one is worth a description.
      }
      assertThat(actual).as("%s: %s", token, what).isCloseTo(wanted, within(tolerance));
    }

    private void close(String what, double actual, JsonNode wanted, double tolerance) {
      close(what, actual, wanted.asDouble(), tolerance);
    }

    private void angle(String what, double actual, JsonNode wanted, double tolerance) {
      close(what, Pose2.wrap(actual - wanted.asDouble()), 0, tolerance);
    }

    private void start() {
      EgoStart start = found.cache().start();
      JsonNode ego = expected.get("ego");
      close("ego x", start.x(), ego.get("rear_axle").get(0), 1e-9);
      close("ego y", start.y(), ego.get("rear_axle").get(1), 1e-9);
      close("ego heading", start.heading(), ego.get("rear_axle").get(2), 1e-15);
      close("centre x", start.centreX(), ego.get("center").get(0), 1e-9);
      close("vx", start.vx(), ego.get("velocity").get(0), 0);
      close("ay", start.ay(), ego.get("acceleration").get(1), 0);
    }

    private void route() {
      JsonNode route = expected.get("route");
      assertThat(found.route().blockIds()).as(token).isEqualTo(texts(route.get("corrected")));
      assertThat(List.copyOf(found.route().lanes().keySet()))
          .as(token)
          .isEqualTo(texts(route.get("lanes")));
      assertThat(found.startingLane().id())
          .as(token)
          .isEqualTo(route.get("starting_lane").asText());
      DiscretePath line = found.cache().centreline();
      JsonNode points = expected.get("centerline");
      assertThat(line.size()).as("%s: vertices of the centre line", token).isEqualTo(points.size());
      for (int i = 0; i < line.size(); i++) {
        close("centre line x", line.x(i), points.get(i).get(0), 2e-8);
        close("centre line y", line.y(i), points.get(i).get(1), 2e-8);
        angle("centre line heading", line.heading(i), points.get(i).get(2), 2e-8);
      }
      close("centre line length", line.length(), expected.get("centerline_length"), 2e-8);
    }

    private void drivable() {
      JsonNode wanted = expected.get("drivable");
      List<DrivableMap.Entry> entries = found.drivable().entries();
      assertThat(entries).as("%s: drivable polygons", token).hasSize(wanted.size());
      for (int i = 0; i < entries.size(); i++) {
        assertThat(entries.get(i).token()).as(token).isEqualTo(wanted.get(i).get(0).asText());
        assertThat(entries.get(i).kind().name()).isEqualTo(wanted.get(i).get(1).asText());
        close("area", entries.get(i).geometry().getArea(), wanted.get(i).get(2), 1e-5);
      }
    }

    private void observation() {
      JsonNode wanted = expected.get("observation");
      Observation observation = found.cache().observation();
      assertThat(observation.members().length).isEqualTo(wanted.get("count").asInt());
      for (Map.Entry<String, JsonNode> sample : wanted.get("samples").properties()) {
        int step = Integer.parseInt(sample.getKey());
        JsonNode list = sample.getValue();
        int[] members = observation.members()[step];
        assertThat(members).as("%s: objects at step %d", token, step).hasSize(list.size());
        for (int i = 0; i < members.length; i++) {
          assertThat(observation.tokens()[members[i]]).isEqualTo(list.get(i).get(0).asText());
          for (int c = 0; c < 8; c++) {
            close(
                "corner " + c + " of object " + i + " at step " + step,
                observation.boxes()[step][i * Boxes.WIDTH + c],
                list.get(i).get(1).get(c / 2).get(c % 2),
                2e-8);
          }
        }
      }
      for (int i = 0; i < observation.objects(); i++) {
        JsonNode object = wanted.get("objects").get(observation.tokens()[i]);
        JsonNode velocity = object.get("velocity");
        assertThat(observation.agent()[i]).isEqualTo(!velocity.isNull());
        double speed =
            velocity.isNull()
                ? 0
                : Boxes.length(velocity.get(0).asDouble(), velocity.get(1).asDouble());
        close("speed", observation.speed()[i], speed, 3e-8);
      }
    }

    private void planner() {
      JsonNode planner = expected.get("planner");
      List<String> ignored = new ArrayList<>();
      Observation forecast = found.forecast().observation();
      for (int i = 0; i < forecast.objects(); i++) {
        if (forecast.ignored()[i]) {
          ignored.add(forecast.tokens()[i]);
        }
      }
      found.forecast().redLights().stream()
          .filter(Forecast.RedLight::ignored)
          .forEach(light -> ignored.add(light.token()));
      assertThat(new TreeSet<>(ignored))
          .as("%s: collided at the start", token)
          .isEqualTo(new TreeSet<>(texts(planner.get("collided_track_ids"))));
      assertThat(found.forecast().tokens())
          .as("%s: forecast", token)
          .isEqualTo(texts(planner.get("occupancy_tokens")));
      for (int p = 0; p < 15; p++) {
        proposal(p, planner.get("proposals").get(p));
      }
      JsonNode margin = planner.get("margin");
      if (margin.isNull() || margin.asDouble() > 1e-8) {
        assertThat(found.plan().best())
            .as("%s: chosen proposal", token)
            .isEqualTo(planner.get("best").asInt());
      }
      double[] poses = found.plan().poses();
      for (int k = 0; k < PathUnroller.STEPS; k++) {
        close("reference x", poses[3 * k], expected.get("pdm_closed").get(k).get(0), 1e-7);
        close("reference y", poses[3 * k + 1], expected.get("pdm_closed").get(k).get(1), 1e-7);
      }
    }

    private void proposal(int p, JsonNode wanted) {
      String name = "proposal " + p + " ";
      PathUnroller path = found.plan().paths().get(p / 5);
      for (int i = 0; i <= 10; i++) {
        int step = 4 * i;
        JsonNode idm = wanted.get("idm").get(i);
        JsonNode leading = wanted.get("leading").get(i);
        double[] lead = path.leading(p % 5);
        close(name + "lead at " + step, lead[3 * step], leading.get(0), 1e-7);
        close(name + "lead speed at " + step, lead[3 * step + 1], leading.get(1), 1e-7);
        close(name + "lead rear at " + step, lead[3 * step + 2], leading.get(2), 1e-7);
        close(name + "progress at " + step, path.progress(p % 5)[step], idm.get(0), 1e-7);
        close(name + "speed at " + step, path.speed(p % 5)[step], idm.get(1), 1e-7);
      }
      RowResult row = found.plan().results().get(p);
      close(name + "collision", row.noCollision(), wanted.get("no_collision"), 0);
      close(name + "drivable", row.drivable(), wanted.get("drivable"), 0);
      close(name + "ttc", row.timeToCollision(), wanted.get("ttc"), 0);
      close(name + "comfort", row.comfort(), wanted.get("comfort"), 0);
      close(name + "direction", row.direction(), wanted.get("direction"), 0);
      close(name + "progress", row.progressM(), wanted.get("progress_raw"), 1e-7);
      close(name + "score", found.plan().scores()[p], wanted.get("score"), 2e-8);
    }

    private void reference() {
      JsonNode wanted = expected.get("pdm_closed_scored");
      RowResult row = found.cache().reference();
      close("reference collision", row.noCollision(), wanted.get("multi").get(0), 0);
      close("reference drivable", row.drivable(), wanted.get("multi").get(1), 0);
      close("reference progress", row.progressM(), wanted.get("progress_raw"), 2e-8);
    }

    private void trajectory(String name, JsonNode wanted) {
      List<double[]> poses = new ArrayList<>();
      for (JsonNode pose : wanted.get("poses")) {
        poses.add(
            new double[] {pose.get(0).asDouble(), pose.get(1).asDouble(), pose.get(2).asDouble()});
      }
      Trajectory trajectory =
          Trajectory.of(poses.toArray(new double[0][]), wanted.get("interval").asDouble());
      JsonNode debug = wanted.get("debug");
      if (debug.has("simulated")) {
        simulated(name, trajectory, debug);
      }
      PdmScore score = PdmScorer.score(found.cache(), trajectory);
      PdmScore.Reasons reasons = score.reasons();
      mask(name + " multiple lanes", reasons.multipleLanesMask(), debug.get("areas").get(0));
      mask(name + " non-drivable", reasons.nonDrivableMask(), debug.get("areas").get(1));
      mask(name + " oncoming", reasons.oncomingMask(), debug.get("areas").get(2));
      for (int i = 0; i < 6; i++) {
        assertThat((reasons.comfortFlags() >> i & 1) == 1)
            .as("%s: %s comfort %d", token, name, i)
            .isEqualTo(flag(debug.get("comfort").get(i)));
      }
      step(name + " collision", reasons.collision(), debug.get("collision_step"));
      step(name + " ttc", reasons.timeToCollision(), debug.get("ttc_step"));
      close(name + " progress", reasons.progressM(), debug.get("progress_raw"), 2e-8);
      JsonNode result = wanted.get("result");
      close(name, score.noAtFaultCollisions(), result.get("no_at_fault_collisions"), 0);
      close(name, score.drivableAreaCompliance(), result.get("drivable_area_compliance"), 0);
      close(
          name,
          score.timeToCollisionWithinBound(),
          result.get("time_to_collision_within_bound"),
          0);
      close(name, score.comfort(), result.get("comfort"), 0);
      close(
          name, score.drivingDirectionCompliance(), result.get("driving_direction_compliance"), 0);
      close(name + " EP", score.egoProgress(), result.get("ego_progress"), 1e-9);
      close(name + " score", score.score(), result.get("score"), 1e-9);
    }

    private void simulated(String name, Trajectory trajectory, JsonNode debug) {
      EgoStart start = found.cache().start();
      double[] references = ReferenceSampler.sample(start, trajectory);
      for (int k = 0; k < States.STEPS; k++) {
        for (int c = 0; c < 2; c++) {
          close(
              name + " reference " + k,
              references[3 * k + c],
              debug.get("interpolated").get(k).get(c),
              2e-8);
        }
        angle(
            name + " reference heading " + k,
            references[3 * k + 2],
            debug.get("interpolated").get(k).get(2),
            2e-8);
      }
      TrajectorySimulator simulator = new TrajectorySimulator();
      double[] states = new double[States.STEPS * States.WIDTH];
      simulator.simulate(references, start, states);
      for (int k = 0; k < 40; k++) {
        close(
            name + " speed " + k,
            simulator.speeds()[k],
            debug.get("velocity_profile").get(k),
            1e-7);
        close(
            name + " curvature " + k,
            simulator.curvatures()[k],
            debug.get("curvature_profile").get(k),
            1e-7);
      }
      int[] columns = {
        States.X,
        States.Y,
        States.HEADING,
        States.VX,
        States.AX,
        States.STEERING,
        States.STEERING_RATE,
        States.YAW_RATE,
        States.YAW_ACCELERATION
      };
      for (int k = 0; k < States.STEPS; k++) {
        for (int c = 0; c < columns.length; c++) {
          close(
              name + " state " + k + " column " + c,
              states[k * States.WIDTH + columns[c]],
              debug.get("simulated").get(k).get(c),
              1e-7);
        }
      }
    }

    private void mask(String what, long mask, JsonNode flags) {
      StringBuilder text = new StringBuilder();
      for (int k = 0; k < States.STEPS; k++) {
        text.append(mask >>> k & 1);
      }
      assertThat(text.toString()).as("%s: %s", token, what).isEqualTo(flags.asText());
    }

    private void step(String what, Optional<PdmScore.Event> event, JsonNode wanted) {
      if (wanted.isNull()) {
        assertThat(event).as("%s: %s", token, what).isEmpty();
      } else {
        assertThat(event.orElseThrow().step())
            .as("%s: %s", token, what)
            .isEqualTo((int) Math.round(wanted.asDouble()));
      }
    }

    private static boolean flag(JsonNode node) {
      return node.isBoolean() ? node.asBoolean() : node.asDouble() == 1;
    }

    private static List<String> texts(JsonNode array) {
      List<String> texts = new ArrayList<>();
      array.forEach(node -> texts.add(node.asText()));
      return texts;
    }
  }
}
