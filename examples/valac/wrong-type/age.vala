void main () {
    int age = "forty";
    print ("%d\n", age);
}
