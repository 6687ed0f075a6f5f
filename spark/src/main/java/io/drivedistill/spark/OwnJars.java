package io.drivedistill.spark;

import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.navsim.scene.NavsimDataset;
import java.net.URL;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import org.hipparchus.Field;
import org.locationtech.jts.geom.Geometry;
import org.sqlite.JDBC;
import org.yaml.snakeyaml.LoaderOptions;

/** The jars that scoring needs and that a machine with Spark alone does not have. */
final class OwnJars {
  private static final List<Class<?>> MEMBERS =
      List.of(
          SparkScoring.class,
          NavsimDataset.class,
          DriveDistillException.class,
          Geometry.class,
          JDBC.class,
          Field.class,
          YAMLFactory.class,
          LoaderOptions.class);

  private OwnJars() {}

  /** Places of the jars, in a fixed order. */
  static List<String> find() {
    List<String> jars = new ArrayList<>();
    for (Class<?> member : MEMBERS) {
      CodeSource source = member.getProtectionDomain().getCodeSource();
      URL place = source == null ? null : source.getLocation();
      if (place == null || !place.getPath().endsWith(".jar")) {
        throw new DriveDistillException(
            "Expected " + member.getName() + " in a jar to send to the cluster, found " + place,
            "Maybe start the command by ./drivedistill, which packs the jars.");
      }
      jars.add(place.toString());
    }
    return jars;
  }
}
