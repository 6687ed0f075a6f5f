package io.drivedistill.navsim.imported;

import java.util.ArrayList;
import java.util.List;
import org.locationtech.jts.geom.LineString;
import org.locationtech.jts.geom.Polygon;

/**
 * A road in nuPlan's terms (SPEC-pdms section 3): lanes in roadblocks, and connectors in roadblock
 * connectors. A connector leads from exactly one lane to exactly one other; a lane is only reached
 * through a connector. Ids are unique within the network.
 */
record LaneNetwork(List<Block> blocks, List<BlockLink> links, List<Polygon> intersections) {
  LaneNetwork {
    blocks = List.copyOf(blocks);
    links = List.copyOf(links);
    intersections = List.copyOf(intersections);
  }

  /** A roadblock: lanes beside each other. */
  static final class Block {
    final int id;
    final List<Lane> lanes = new ArrayList<>();

    Block(int id) {
      this.id = id;
    }

    Polygon outline() {
      return Outlines.largest(Outlines.union(lanes.stream().map(lane -> lane.area).toList()));
    }
  }

  /** A lane; the centre line begins where the connectors that lead to it end. */
  static final class Lane {
    final int id;
    final Block block;
    final LineString centreline;
    final Polygon area;

    Lane(int id, Block block, LineString centreline, Polygon area) {
      this.id = id;
      this.block = block;
      this.centreline = centreline;
      this.area = area;
      block.lanes.add(this);
    }
  }

  /** A roadblock connector: all connectors from one block to another. */
  static final class BlockLink {
    final int id;
    final Block from;
    final Block to;
    final List<Connector> connectors = new ArrayList<>();

    /** Index of the intersection that it leads over, or -1. */
    int intersection = -1;

    BlockLink(int id, Block from, Block to) {
      this.id = id;
      this.from = from;
      this.to = to;
    }

    Polygon outline() {
      return Outlines.largest(Outlines.union(connectors.stream().map(Connector::area).toList()));
    }

    boolean inJunction() {
      return connectors.stream().anyMatch(Connector::inJunction);
    }
  }

  /**
   * A way from a lane to a lane.
   *
   * @param id unique in the network
   * @param from the lane that it leaves
   * @param to the lane that it enters
   * @param centreline in driving direction
   * @param area outline
   * @param inJunction whether it leads over ground that belongs to no lane
   */
  record Connector(
      int id, Lane from, Lane to, LineString centreline, Polygon area, boolean inJunction) {}
}
