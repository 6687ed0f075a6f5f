package io.drivedistill.export.trace;

import ai.djl.ndarray.NDManager;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.IdentityHashMap;
import java.util.function.UnaryOperator;

/** Stand-ins for managers: what they make is traced as constant data. */
final class TracedManagers {
  private final IdentityHashMap<NDManager, NDManager> standIns = new IdentityHashMap<>();
  private final UnaryOperator<Object> present;

  /** Implemented by every stand-in of a manager. */
  interface Handle {
    NDManager realManager();
  }

  /**
   * Stand-ins of managers.
   *
   * @param present puts stand-ins in the place of arrays, lists and managers
   */
  TracedManagers(UnaryOperator<Object> present) {
    this.present = present;
  }

  NDManager of(NDManager real) {
    return standIns.computeIfAbsent(
        real,
        manager ->
            (NDManager)
                Proxy.newProxyInstance(
                    TracedManagers.class.getClassLoader(),
                    new Class<?>[] {NDManager.class, Handle.class},
                    (proxy, method, arguments) -> call(manager, method, arguments)));
  }

  private Object call(NDManager manager, Method method, Object[] arguments) throws Throwable {
    Object[] given = arguments == null ? new Object[0] : arguments;
    String name = method.getName();
    if (method.getDeclaringClass() == Handle.class) {
      return manager;
    }
    if (name.equals("from") && given[0] instanceof TracedArray.Handle) {
      return given[0];
    }
    if (name.startsWith("random") || name.equals("truncatedNormal") || name.startsWith("sample")) {
      throw Escape.random(name);
    }
    return present.apply(Recorder.plainCall(manager, method, given));
  }
}
