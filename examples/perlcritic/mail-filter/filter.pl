#!/usr/bin/perl
use strict;
use warnings;

open(IN, $ARGV[0]);
while (my $line = <IN>) {
    print $line if eval "\$line =~ /$ARGV[1]/";
}
close(IN);
