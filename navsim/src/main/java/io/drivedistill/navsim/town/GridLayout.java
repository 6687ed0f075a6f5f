package io.drivedistill.navsim.town;

import io.drivedistill.navsim.town.Junction.Arm;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Roads on a bent grid without corner crossings: the outer roads turn the corners in wide curves,
 * so every junction has three or four arms and no road ends.
 */
final class GridLayout {
  /** Arms of a node: east, north, west, south. */
  private static final int EAST = 0;

  private static final int NORTH = 1;
  private static final int WEST = 2;
  private static final int SOUTH = 3;
  private static final double STRAIGHT_END_M = 18;

  private final Style style;
  private final SplittableRandom random;
  private final RoadNetwork network;
  private final Node[][] nodes;
  private final int[] rowLanes;
  private final int[] columnLanes;

  /**
   * What distinguishes the grids.
   *
   * @param columns nodes from west to east
   * @param rows nodes from south to north
   * @param spacingM distance of neighbours
   * @param wiggleM sideways swing of the roads between two nodes
   * @param mostLanes most lanes per direction
   * @param roundabout whether the inner node is a roundabout
   * @param lightShare share of junctions with lights; crossings always have them
   */
  record Style(
      int columns,
      int rows,
      double spacingM,
      double wiggleM,
      int mostLanes,
      boolean roundabout,
      double lightShare) {

    static Style of(TownKind kind, SplittableRandom random) {
      double extra = random.nextDouble(25);
      return switch (kind) {
        case GRID -> new Style(4, 3, 140 + extra, 3, 3, false, 0.6);
        case WINDING -> new Style(3, 3, 165 + extra, 17, 1, false, 0.3);
        case ROUNDABOUT -> new Style(3, 3, 140 + extra, 5, 2, true, 0.5);
        case RAMP -> throw new IllegalArgumentException("A ramp town is no grid.");
      };
    }
  }

  /** A junction to be: where it lies and which roads end there. */
  private static final class Node {
    final double x;
    final double y;
    final double rotationRad;
    final boolean roundabout;
    final Road[] roads = new Road[4];
    final boolean[] startsHere = new boolean[4];
    double trimM;

    Node(double x, double y, double rotationRad, boolean roundabout) {
      this.x = x;
      this.y = y;
      this.rotationRad = rotationRad;
      this.roundabout = roundabout;
    }

    double direction(int arm) {
      return rotationRad + arm * Math.PI / 2;
    }

    double[] along(int arm, double distance) {
      double direction = direction(arm);
      return new double[] {x + distance * Math.cos(direction), y + distance * Math.sin(direction)};
    }
  }

  private GridLayout(Style style, SplittableRandom random, RoadNetwork network) {
    this.style = style;
    this.random = random;
    this.network = network;
    this.nodes = new Node[style.columns()][style.rows()];
    this.rowLanes = laneCounts(style.rows());
    this.columnLanes = laneCounts(style.columns());
  }

  static void build(Style style, SplittableRandom random, RoadNetwork network) {
    GridLayout layout = new GridLayout(style, random, network);
    layout.placeNodes();
    layout.addRoads();
    layout.addJunctions();
  }

  private int[] laneCounts(int lines) {
    int[] counts = new int[lines];
    for (int i = 0; i < lines; i++) {
      boolean inner = i > 0 && i + 1 < lines;
      int most = inner ? style.mostLanes() : Math.min(2, style.mostLanes());
      counts[i] = inner && style.roundabout() ? 1 : 1 + random.nextInt(most);
    }
    if (style.mostLanes() >= 3) {
      counts[1] = 2 + random.nextInt(2);
    }
    return counts;
  }

  private boolean exists(int i, int j) {
    boolean edgeColumn = i == 0 || i == style.columns() - 1;
    boolean edgeRow = j == 0 || j == style.rows() - 1;
    return i >= 0 && j >= 0 && i < style.columns() && j < style.rows() && !(edgeColumn && edgeRow);
  }

  private void placeNodes() {
    for (int i = 0; i < style.columns(); i++) {
      for (int j = 0; j < style.rows(); j++) {
        double jitter = 0.08 * style.spacingM();
        double x = (i - (style.columns() - 1) / 2.0) * style.spacingM() + around(jitter);
        double y = (j - (style.rows() - 1) / 2.0) * style.spacingM() + around(jitter);
        boolean inner = i > 0 && j > 0 && i + 1 < style.columns() && j + 1 < style.rows();
        Node node = new Node(x, y, around(0.12), inner && style.roundabout());
        node.trimM =
            node.roundabout
                ? Roundabout.ARM_END_M
                : 10 + Lane.WIDTH_M * Math.max(rowLanes[j], columnLanes[i]);
        nodes[i][j] = node;
      }
    }
  }

  private double around(double extent) {
    return random.nextDouble(-extent, extent);
  }

  private void addRoads() {
    int lastColumn = style.columns() - 1;
    int lastRow = style.rows() - 1;
    for (int i = 0; i <= lastColumn; i++) {
      for (int j = 0; j <= lastRow; j++) {
        if (exists(i, j) && exists(i + 1, j)) {
          addRoad(nodes[i][j], EAST, nodes[i + 1][j], WEST, rowLanes[j], null);
        }
        if (exists(i, j) && exists(i, j + 1)) {
          addRoad(nodes[i][j], NORTH, nodes[i][j + 1], SOUTH, columnLanes[i], null);
        }
      }
    }
    addCorner(0, 0, 1, 1, WEST, SOUTH);
    addCorner(lastColumn, 0, -1, 1, EAST, SOUTH);
    addCorner(lastColumn, lastRow, -1, -1, EAST, NORTH);
    addCorner(0, lastRow, 1, -1, WEST, NORTH);
  }

  private void addCorner(int i, int j, int stepI, int stepJ, int armOfRow, int armOfColumn) {
    int lanes = Math.min(rowLanes[j], columnLanes[i]);
    Node inRow = nodes[i + stepI][j];
    Node inColumn = nodes[i][j + stepJ];
    addRoad(inRow, armOfRow, inColumn, armOfColumn, lanes, nodes[i][j]);
  }

  private void addRoad(Node a, int armA, Node b, int armB, int lanes, Node corner) {
    List<double[]> controls = new ArrayList<>();
    controls.add(a.along(armA, a.trimM));
    controls.add(a.along(armA, a.trimM + STRAIGHT_END_M));
    if (corner != null) {
      controls.add(new double[] {corner.x, corner.y});
    } else {
      addWiggle(controls, a, b);
    }
    controls.add(b.along(armB, b.trimM + STRAIGHT_END_M));
    controls.add(b.along(armB, b.trimM));
    Polyline center = Curves.along(controls.toArray(double[][]::new), 1.0);
    boolean slow = style.wiggleM() > 10;
    double parking = !slow && random.nextDouble() < 0.45 && center.length() > 70 ? 2.8 : 0;
    Road road =
        network.addRoad(
            new Road(
                center,
                lanes,
                lanes,
                speedLimit(lanes),
                parking,
                !a.roundabout,
                !b.roundabout,
                true));
    a.roads[armA] = road;
    a.startsHere[armA] = true;
    b.roads[armB] = road;
  }

  private void addWiggle(List<double[]> controls, Node a, Node b) {
    double side = random.nextBoolean() ? 1 : -1;
    double length = Math.hypot(b.x - a.x, b.y - a.y);
    double nx = -(b.y - a.y) / length;
    double ny = (b.x - a.x) / length;
    double[] shares = style.wiggleM() > 10 ? new double[] {0.38, 0.62} : new double[] {0.5};
    for (double share : shares) {
      double swing = side * style.wiggleM() * random.nextDouble(0.6, 1.2);
      controls.add(
          new double[] {
            a.x + (b.x - a.x) * share + nx * swing, a.y + (b.y - a.y) * share + ny * swing
          });
      side = -side;
    }
  }

  /** Wider streets are faster, so that the limit can be seen. */
  private double speedLimit(int lanes) {
    return switch (lanes) {
      case 1 -> style.wiggleM() > 10 ? 11.176 : 8.94;
      case 2 -> 11.176;
      default -> 13.4112;
    };
  }

  private void addJunctions() {
    for (int i = 0; i < style.columns(); i++) {
      for (int j = 0; j < style.rows(); j++) {
        if (exists(i, j)) {
          Node node = nodes[i][j];
          if (node.roundabout) {
            Roundabout.build(network, node.x, node.y, node.roads, node.startsHere);
          } else {
            addCrossing(node);
          }
        }
      }
    }
  }

  private void addCrossing(Node node) {
    int count = 0;
    for (Road road : node.roads) {
      count += road == null ? 0 : 1;
    }
    boolean lights = count == 4 || random.nextDouble() < style.lightShare();
    List<Arm> arms = new ArrayList<>();
    for (int arm = 0; arm < 4; arm++) {
      Road road = node.roads[arm];
      if (road != null) {
        boolean stem = count == 3 && node.roads[(arm + 2) % 4] == null;
        int phase = lights ? arm % 2 : -1;
        int rank = lights || !stem ? 2 : 1;
        arms.add(
            node.startsHere[arm]
                ? network.armAtStart(road, phase, rank)
                : network.armAtEnd(road, phase, rank));
      }
    }
    network.addJunction(node.x, node.y, lights, RoadNetwork.STRAIGHT_WITHIN_RAD, arms);
  }
}
