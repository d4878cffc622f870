package lambdaruntime;

import com.amazonaws.services.lambda.runtime.Context;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;

/**
 * The handler: "example.Handler::run" is the public method `run` of that class, "example.Handler" its
 * handleRequest. It takes the event and, if it wants, a Context; or an InputStream and an OutputStream.
 *
 * Unlike AWS: an event is a Map, a List, a String, a number or a Boolean; classes of one's own are not filled.
 */
class HandlerMethod {
    private final Method method;
    private final Object object;

    HandlerMethod(String handler) throws Exception {
        String[] parts = handler.split("::");
        Class<?> type = Class.forName(parts[0]);
        method = find(type, parts.length > 1 ? parts[1] : "handleRequest");
        object = Modifier.isStatic(method.getModifiers()) ? null : type.getDeclaredConstructor().newInstance();
    }

    byte[] call(Invocation invocation) throws Exception {
        Class<?>[] types = method.getParameterTypes();
        Object[] arguments = new Object[types.length];
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < types.length; i++) {
            if (types[i] == Context.class) arguments[i] = invocation;
            else if (types[i] == InputStream.class) arguments[i] = new ByteArrayInputStream(invocation.event);
            else if (types[i].isInstance(out)) arguments[i] = out;
            else arguments[i] = Json.parse(new String(invocation.event, "UTF-8"));
        }
        Object result = method.invoke(object, arguments);
        return out.size() > 0 ? out.toByteArray() : Json.write(result).getBytes("UTF-8");
    }

    /** A method that the compiler adds for a generic interface is not the one that was written. */
    private static Method find(Class<?> type, String name) throws NoSuchMethodException {
        for (Method each : type.getMethods()) {
            if (each.getName().equals(name) && !each.isBridge()) {
                each.setAccessible(true); // the class itself need not be public
                return each;
            }
        }
        throw new NoSuchMethodException("No public method named " + name + " on class " + type.getName());
    }
}
