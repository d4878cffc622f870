using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

/// <summary>JSON and back: Dictionary, List, string, long, double, bool, null. AWS uses a library for this.</summary>
class Json
{
    readonly string text;
    int at;

    Json(string text) { this.text = text; }

    public static object Parse(string text)
    {
        var json = new Json(text);
        var value = json.Value();
        if (json.Peek() != 0) throw json.Wrong();
        return value;
    }

    public static string Write(object value)
    {
        var result = new StringBuilder();
        Write(value, result);
        return result.ToString();
    }

    object Value()
    {
        switch (Peek())
        {
            case '{': return Dictionary();
            case '[': return List();
            case '"': return Text();
        }
        var start = at;
        while (at < text.Length && "+-.0123456789aeflnrstuE".IndexOf(text[at]) >= 0) at++;
        var word = text.Substring(start, at - start);
        if (word == "null") return null;
        if (word == "true" || word == "false") return word == "true";
        long whole;
        double number;
        if (long.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out whole)) return whole;
        if (double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out number)) return number;
        throw Wrong();
    }

    Dictionary<string, object> Dictionary()
    {
        var result = new Dictionary<string, object>();
        Take('{');
        while (Peek() != '}')
        {
            if (result.Count > 0) Take(',');
            Peek();
            var key = Text();
            Take(':');
            result[key] = Value();
        }
        Take('}');
        return result;
    }

    List<object> List()
    {
        var result = new List<object>();
        Take('[');
        while (Peek() != ']')
        {
            if (result.Count > 0) Take(',');
            result.Add(Value());
        }
        Take(']');
        return result;
    }

    string Text()
    {
        Take('"');
        var result = new StringBuilder();
        for (var next = text[at++]; next != '"'; next = text[at++])
        {
            result.Append(next == '\\' ? Escaped(text[at++]) : next);
        }
        return result.ToString();
    }

    char Escaped(char letter)
    {
        var known = "bfnrt".IndexOf(letter);
        if (known >= 0) return "\b\f\n\r\t"[known];
        if (letter != 'u') return letter;
        at += 4;
        return (char)Convert.ToInt32(text.Substring(at - 4, 4), 16);
    }

    char Peek()
    {
        while (at < text.Length && text[at] <= ' ') at++;
        return at < text.Length ? text[at] : '\0';
    }

    void Take(char wanted)
    {
        if (Peek() != wanted) throw Wrong();
        at++;
    }

    Exception Wrong() { return new FormatException("The event is no JSON at character " + at); }

    static void Write(object value, StringBuilder result)
    {
        if (value == null) result.Append("null");
        else if (value is bool) result.Append((bool)value ? "true" : "false");
        else if (value is string || value is char || value is Enum) Quote(value.ToString(), result);
        else if (value is IDictionary) WriteDictionary((IDictionary)value, result);
        else if (value is IEnumerable) WriteList((IEnumerable)value, result);
        else if (value is IConvertible) result.Append(((IConvertible)value).ToString(CultureInfo.InvariantCulture));
        else throw new NotSupportedException("Return a Dictionary, a List, a string, a number or a bool, no " + value.GetType());
    }

    static void WriteDictionary(IDictionary entries, StringBuilder result)
    {
        var comma = "{";
        foreach (DictionaryEntry entry in entries)
        {
            Quote(entry.Key.ToString(), result.Append(comma));
            Write(entry.Value, result.Append(':'));
            comma = ",";
        }
        result.Append(comma == "{" ? "{}" : "}");
    }

    static void WriteList(IEnumerable items, StringBuilder result)
    {
        var comma = "[";
        foreach (var item in items)
        {
            Write(item, result.Append(comma));
            comma = ",";
        }
        result.Append(comma == "[" ? "[]" : "]");
    }

    static void Quote(string value, StringBuilder result)
    {
        result.Append('"');
        foreach (var letter in value)
        {
            var known = "\b\f\n\r\t\"\\".IndexOf(letter);
            if (known >= 0) result.Append('\\').Append("bfnrt\"\\"[known]);
            else if (letter < ' ') result.Append("\\u").Append(((int)letter).ToString("x4"));
            else result.Append(letter);
        }
        result.Append('"');
    }
}
