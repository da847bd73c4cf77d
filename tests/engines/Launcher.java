import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.codelibs.opensearch.runner.node.OpenSearchRunnerNode;
import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.plugins.Plugin;

/**
 * Starts one OpenSearch node with the plugin classes named on the command line, until standard input ends.
 *
 * <p>The runner's own main closes as soon as the security plugin is added, hence this one. Ending with
 * standard input means that the node never outlives the tests, however those end.
 *
 * <p>Usage: java -cp ... Launcher HOME PLUGIN_CLASS...
 */
public final class Launcher {
  public static void main(String[] arguments) throws Exception {
    Path home = Path.of(arguments[0]);
    Settings settings =
        Settings.builder()
            .loadFromPath(home.resolve("config/opensearch.yml"))
            .put("path.home", home.toString())
            .put("node.name", "node-1")
            .build();
    List<Class<? extends Plugin>> plugins = new ArrayList<>();
    for (int i = 1; i < arguments.length; i++) {
      plugins.add(Class.forName(arguments[i]).asSubclass(Plugin.class));
    }
    OpenSearchRunnerNode node =
        new OpenSearchRunnerNode(new Environment(settings, home.resolve("config")), plugins);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> close(node)));
    node.start();
    while (System.in.read() >= 0) {
      continue;
    }
    System.exit(0);
  }

  private static void close(OpenSearchRunnerNode node) {
    try {
      node.close();
    } catch (Exception failure) {
      failure.printStackTrace();
    }
  }
}
