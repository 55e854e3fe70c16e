package dev.ftpipe.model.text;

import com.hubspot.jinjava.el.TypeConvertingMapELResolver;
import com.hubspot.jinjava.el.ext.JinjavaListELResolver;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.exptest.ExpTest;
import com.hubspot.jinjava.lib.filter.Filter;
import com.hubspot.jinjava.objects.collections.PyList;
import com.hubspot.jinjava.objects.collections.PyMap;
import java.beans.FeatureDescriptor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import jinjava.javax.el.ELContext;
import jinjava.javax.el.ELException;
import jinjava.javax.el.ELResolver;
import org.jspecify.annotations.Nullable;

/**
 * What a template can reach: entries of maps and lists, the loop variable, and Python's methods of
 * texts, maps and lists. Nothing is looked up by reflection, so a template from a stranger reaches
 * no Java method.
 */
final class TemplateResolver extends ELResolver {
  private final ELResolver lists = new JinjavaListELResolver(true);
  private final ELResolver maps = new TypeConvertingMapELResolver(true);

  @Override
  public @Nullable Object getValue(ELContext context, @Nullable Object base, Object property) {
    if (base == null) {
      return null;
    }
    context.setPropertyResolved(true);
    if (base instanceof Map) {
      return maps.getValue(context, base, property);
    }
    if (base instanceof List<?>) {
      return lists.getValue(context, base, property);
    }
    if (base instanceof PythonLoop loop) {
      return loop.value(property.toString());
    }
    if (base instanceof String text) {
      return character(text, property.toString());
    }
    return null;
  }

  private static @Nullable String character(String text, String index) {
    try {
      int place = Integer.parseInt(index);
      int at = place < 0 ? place + text.length() : place;
      return at < 0 || at >= text.length() ? null : text.substring(at, at + 1);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  @Override
  public @Nullable Object invoke(
      ELContext context,
      @Nullable Object base,
      Object method,
      Class<?> @Nullable [] types,
      Object @Nullable [] given) {
    context.setPropertyResolved(true);
    String name = method.toString();
    Object[] arguments = given == null ? new Object[0] : given;
    if (base instanceof Filter filter && name.equals("filter")) {
      return filter(filter, arguments);
    }
    if (base instanceof ExpTest test) {
      Object[] rest = Arrays.copyOfRange(arguments, 2, arguments.length);
      JinjavaInterpreter interpreter = (JinjavaInterpreter) arguments[1];
      return name.equals("evaluateNegated")
          ? test.evaluateNegated(arguments[0], interpreter, rest)
          : test.evaluate(arguments[0], interpreter, rest);
    }
    if (base instanceof CharSequence text) {
      return PythonStrings.call(text.toString(), name, arguments);
    }
    if (base instanceof Map<?, ?> map) {
      return mapMethod(map, name, arguments);
    }
    if (base instanceof PythonLoop loop && name.equals("cycle") && arguments.length > 0) {
      return arguments[loop.getIndex0() % arguments.length];
    }
    if (base instanceof PyList list && name.equals("append") && arguments.length == 1) {
      list.add(arguments[0]);
      return null;
    }
    throw new ELException(
        base == null
            ? "'" + name + "' is called on an undefined value"
            : "'" + name + "' is not a method that templates may call here");
  }

  @SuppressWarnings("unchecked")
  private static @Nullable Object filter(Filter filter, Object[] arguments) {
    return filter.filter(
        arguments[0],
        (JinjavaInterpreter) arguments[1],
        (Object[]) arguments[2],
        (Map<String, Object>) arguments[3]);
  }

  private static @Nullable Object mapMethod(Map<?, ?> map, String name, Object[] arguments) {
    Map<?, ?> plain = map instanceof PyMap py ? py.toMap() : map;
    return switch (name) {
      case "items" -> {
        List<Object> pairs = new ArrayList<>();
        plain.forEach(
            (key, value) -> pairs.add(new PyList(new ArrayList<>(Arrays.asList(key, value)))));
        yield new PyList(pairs);
      }
      case "keys" -> new PyList(new ArrayList<>(plain.keySet()));
      case "values" -> new PyList(new ArrayList<>(plain.values()));
      case "get" -> {
        Object found = plain.get(Objects.toString(arguments[0]));
        yield found == null && arguments.length > 1 ? arguments[1] : found;
      }
      default -> throw new ELException("'" + name + "' is not a method of a map");
    };
  }

  @Override
  public Class<?> getType(ELContext context, @Nullable Object base, Object property) {
    return Object.class;
  }

  @Override
  public void setValue(ELContext context, @Nullable Object base, Object property, Object value) {
    throw new ELException("templates cannot change values");
  }

  @Override
  public boolean isReadOnly(ELContext context, @Nullable Object base, Object property) {
    return true;
  }

  @Override
  public Class<?> getCommonPropertyType(ELContext context, @Nullable Object base) {
    return Object.class;
  }

  @Override
  public @Nullable Iterator<FeatureDescriptor> getFeatureDescriptors(
      ELContext context, @Nullable Object base) {
    return null;
  }
}
