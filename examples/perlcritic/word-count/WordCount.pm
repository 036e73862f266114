package WordCount;
use strict;
use warnings;

sub count {
    my ($text) = @_;
    my @words = split q{ }, $text;
    return scalar @words;
}

1;
