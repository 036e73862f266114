public class Greeter : Object {
    public string name { get; set; default = "world"; }
    public signal void greeted (string text);

    public void greet () {
        greeted ("Hello %s".printf (name));
    }
}

void main () {
    var greeter = new Greeter ();
    greeter.greeted.connect ((text) => print ("%s\n", text));
    greeter.greet ();
}
