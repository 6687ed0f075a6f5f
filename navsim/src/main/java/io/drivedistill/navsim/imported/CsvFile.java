package io.drivedistill.navsim.imported;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPInputStream;

/** Plain CSV without quotes, perhaps in gzip; the first line names the columns. */
final class CsvFile {
  private CsvFile() {}

  static Columns read(Path file, Set<String> wanted) throws IOException {
    try (InputStream raw = Files.newInputStream(file);
        InputStream plain = file.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw;
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8))) {
      String header = lines.readLine();
      if (header == null) {
        throw new IllegalArgumentException("the file is empty");
      }
      List<String> names = List.of(header.split(",", -1));
      Map<String, List<String>> columns = new LinkedHashMap<>();
      names.stream().filter(wanted::contains).forEach(n -> columns.put(n, new ArrayList<>()));
      int rows = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] fields = line.split(",", -1);
        if (fields.length != names.size()) {
          throw new IllegalArgumentException(
              "line "
                  + (rows + 2)
                  + " has "
                  + fields.length
                  + " fields, the first line names "
                  + names.size());
        }
        for (int i = 0; i < fields.length; i++) {
          List<String> column = columns.get(names.get(i));
          if (column != null) {
            column.add(fields[i]);
          }
        }
        rows++;
      }
      Map<String, Columns.Values> values = new LinkedHashMap<>();
      columns.forEach((name, texts) -> values.put(name, new Texts(texts)));
      return new Columns(file, rows, values);
    }
  }

  private record Texts(List<String> texts) implements Columns.Values {
    @Override
    public double number(int row) {
      return Double.parseDouble(texts.get(row));
    }

    @Override
    public long integer(int row) {
      return Long.parseLong(texts.get(row));
    }

    @Override
    public String text(int row) {
      return texts.get(row);
    }
  }
}
