package dev.ftpipe.model.text;

import com.hubspot.jinjava.el.ExtendedSyntaxBuilder;
import com.hubspot.jinjava.el.TruthyTypeConverter;
import com.hubspot.jinjava.el.ext.AdditionOperator;
import com.hubspot.jinjava.el.ext.ExtendedParser;
import com.hubspot.jinjava.el.ext.OrOperator;
import com.hubspot.jinjava.interpret.Context;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import java.util.Collection;
import java.util.Map;
import jinjava.de.odysseus.el.ExpressionFactoryImpl;
import jinjava.de.odysseus.el.misc.TypeConverter;
import jinjava.de.odysseus.el.tree.TreeStore;
import jinjava.de.odysseus.el.tree.impl.Builder;
import jinjava.de.odysseus.el.tree.impl.Cache;
import jinjava.de.odysseus.el.tree.impl.Parser;
import jinjava.de.odysseus.el.tree.impl.ast.AstBinary;
import jinjava.de.odysseus.el.tree.impl.ast.AstIdentifier;
import jinjava.de.odysseus.el.tree.impl.ast.AstNode;
import jinjava.javax.el.ELException;
import jinjava.javax.el.ExpressionFactory;
import org.jspecify.annotations.Nullable;

/**
 * Expressions as Python evaluates them where Jinjava differs: {@code ==}, {@code and}, {@code or},
 * {@code +} and what is true.
 */
final class PythonSyntax extends ExtendedSyntaxBuilder {
  private static final long serialVersionUID = 1;
  private static final int CACHED_EXPRESSIONS = 1000;

  private static final Map<AstBinary.Operator, AstBinary.Operator> OPERATORS =
      Map.of(
          AstBinary.EQ,
          new Equality(true),
          AstBinary.NE,
          new Equality(false),
          AstBinary.AND,
          (bindings, context, left, right) -> {
            Object value = left.eval(bindings, context);
            return PythonValues.isTrue(value) ? right.eval(bindings, context) : value;
          },
          OrOperator.OP,
          (bindings, context, left, right) -> {
            Object value = left.eval(bindings, context);
            return PythonValues.isTrue(value) ? value : right.eval(bindings, context);
          },
          AdditionOperator.OP,
          new Sum());

  private PythonSyntax() {
    super(Feature.METHOD_INVOCATIONS, Feature.VARARGS);
  }

  static ExpressionFactory factory() {
    return new ExpressionFactoryImpl(
        new TreeStore(new PythonSyntax(), new Cache(CACHED_EXPRESSIONS)), new Truth());
  }

  @Override
  protected Parser createParser(String expression) {
    return new Expressions(this, expression);
  }

  /** Puts Python's operators in the place of Jinjava's. */
  private static final class Expressions extends ExtendedParser {
    Expressions(Builder builder, String expression) {
      super(builder, expression);
    }

    @Override
    protected AstBinary createAstBinary(AstNode left, AstNode right, AstBinary.Operator operator) {
      return super.createAstBinary(left, right, OPERATORS.getOrDefault(operator, operator));
    }

    /** Jinjava passes over what it does not know, so that a text is silently missing. */
    @Override
    protected AstIdentifier createAstIdentifier(String name, int index) {
      Context known = JinjavaInterpreter.getCurrent().getContext();
      if (name.startsWith(FILTER_PREFIX)
          && known.getFilter(name.substring(FILTER_PREFIX.length())) == null) {
        throw new ELException(
            "the filter '" + name.substring(FILTER_PREFIX.length()) + "' is not known here");
      }
      if (name.startsWith(EXPTEST_PREFIX)
          && known.getExpTest(name.substring(EXPTEST_PREFIX.length())) == null) {
        throw new ELException(
            "the check 'is " + name.substring(EXPTEST_PREFIX.length()) + "' is not known here");
      }
      return super.createAstIdentifier(name, index);
    }
  }

  /** {@code ==}, or its opposite. */
  private static final class Equality extends AstBinary.SimpleOperator {
    private final boolean wanted;

    Equality(boolean wanted) {
      this.wanted = wanted;
    }

    @Override
    protected Object apply(TypeConverter converter, @Nullable Object left, @Nullable Object right) {
      return PythonValues.equal(left, right) == wanted;
    }
  }

  /** Of two numbers, two texts or two lists; anything else is a mistake, never text. */
  private static final class Sum extends AdditionOperator {
    @Override
    protected Object apply(TypeConverter converter, @Nullable Object left, @Nullable Object right) {
      boolean numbers = left instanceof Number && right instanceof Number;
      boolean lists = left instanceof Collection && right instanceof Collection;
      boolean texts = left instanceof CharSequence && right instanceof CharSequence;
      if (!numbers && !lists && !texts) {
        throw new ELException(
            "cannot add %s to %s".formatted(PythonValues.kind(right), PythonValues.kind(left)));
      }
      return super.apply(converter, left, right);
    }
  }

  private static final class Truth extends TruthyTypeConverter {
    private static final long serialVersionUID = 1;

    @Override
    protected Boolean coerceToBoolean(@Nullable Object value) {
      return PythonValues.isTrue(value);
    }
  }
}
