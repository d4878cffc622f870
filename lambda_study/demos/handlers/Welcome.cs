using System;
using System.Collections.Generic;

public class Welcome
{
    public string Handler(Dictionary<string, object> guest)
    {
        Console.WriteLine("somebody is at the door");
        return $"Welcome to the club, {guest["name"]}!";
    }
}
