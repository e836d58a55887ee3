#!/usr/bin/perl
# A bearerbox that does not behave: hostile-bearerbox.pl PORT. It waits for a box on that port of 127.0.0.1,
# plays one act with each connection, and ends behind the last. A line an act: how long the box stayed away
# before, whether it said who it is, and who ended the connection. What a box says is in gw/msg-decl.h.
use strict;
use warnings;
use IO::Select;
use IO::Socket::INET;
use Time::HiRes qw(time);

use constant { ADMIN => 1, SMS => 2, ACK => 3, IDENTIFY => 3, MO => 0, PATIENCE => 8 };
my ($port) = @ARGV;
srand(20220812);

sub integer { pack('N', $_[0] & 0xFFFFFFFF) }
sub text { defined $_[0] ? integer(length $_[0]) . $_[0] : integer(-1) }
sub frame { my $body = join('', @_); integer(length $body) . $body }
sub noise { join('', map { chr(int(rand(256))) } 1 .. $_[0]) }

sub sms { # what bearerbox delivers: an MO with this UUID, from this sender
    my ($uuid, $from) = @_;
    return frame(integer(SMS), text($from), text('12345'), text("\x02\x71\x00"), text(noise(20)), integer(time),
        (text(undef)) x 5, text($uuid), integer(MO), (integer(-1)) x 7, text(undef), (integer(-1)) x 3,
        text(undef), text('otabox'), text(undef), (integer(-1)) x 4, text(undef));
}

my $uuid = '01234567-89ab-cdef-0123-456789abcdef';
# Who ends the connection: the box; we, at once; we, a second later, when the box has to be there still.
my @acts = (
    ['closes at once', '', 'we'],
    ['half a length', "\0\0", 'we'],
    ['half a frame', integer(100) . integer(SMS), 'we'],
    ['length 0', integer(0), 'box'],
    ['length 3', integer(3) . "\0\0\1", 'box'],
    ['length -1', integer(-1), 'box'],
    ['length 2147483647', integer(0x7FFFFFFF), 'box'],
    ['no such type', frame(integer(99), text('x')), 'box'],
    ['a string longer than its frame', frame(integer(ADMIN), integer(0), integer(1000)), 'box'],
    ['a string of length -2', frame(integer(SMS), integer(-2), text('x')), 'box'],
    ['an acknowledgement cut short', frame(integer(ACK), integer(0)), 'box'],
    ['another protocol', "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n", 'box'],
    ['random bytes', "\xFE" . noise(4000), 'box'],
    ['random bytes in a frame', frame(integer(SMS), "\xFE" . noise(400)), 'box'],
    ['an acknowledgement of no UUID', frame(integer(ACK), integer(0), integer(time), text('no uuid')), 'box'],
    ['an SMS of no UUID', sms('no uuid', '+4912345'), 'box'],
    ['acknowledgements of nothing', frame(integer(ACK), integer(0), integer(time), text($uuid)) .
        frame(integer(ACK), integer(7), integer(time), text($uuid)), 'stays'],
    ['an SMS of a stranger, one of nobody', sms($uuid, '+4912345') . sms($uuid, undef), 'stays'],
    ['says nothing', '', 'stays'],
);

sub read_fully { # undef: not in time
    my ($socket, $count) = @_;
    my ($bytes, $until) = ('', time + PATIENCE);
    while (length $bytes < $count) {
        return undef unless IO::Select->new($socket)->can_read($until > time ? $until - time : 0);
        return undef unless sysread($socket, $bytes, $count - length $bytes, length $bytes);
    }
    return $bytes;
}

sub introduction { # the box's first frame
    my $length = read_fully($_[0], 4) // return 'says nothing';
    my $body = read_fully($_[0], unpack('N', $length)) // '';
    return $body eq integer(ADMIN) . integer(IDENTIFY) . text('otabox') ? 'identifies itself' : 'says something else';
}

sub is_closed { # does the box end the connection within these seconds? What it says is passed over
    my ($socket, $seconds) = @_;
    my $until = time + $seconds;
    while ((my $left = $until - time) > 0) {
        next unless IO::Select->new($socket)->can_read($left);
        return 1 unless sysread($socket, my $bytes, 65536);
    }
    return 0;
}

$SIG{PIPE} = 'IGNORE';
my $server = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => $port, Listen => 5, ReuseAddr => 1)
    or die "127.0.0.1:$port: $@\n";
$| = 1;
my $ended = time;
for my $act (@acts) {
    my ($name, $bytes, $who) = @$act;
    IO::Select->new($server)->can_read(60) or die "$name: no box came\n";
    my $socket = $server->accept;
    my $away = int((time - $ended) * 1000);
    my $word = introduction($socket);
    syswrite($socket, $bytes);
    my $closed = $who eq 'we' ? 0 : is_closed($socket, $who eq 'box' ? PATIENCE : 1);
    close $socket;
    $ended = time;
    my $good = $closed == ($who eq 'box');
    printf "%s: away %d ms, %s, %s: %s\n", $name, $away, $word, $closed ? 'the box ended it' : 'we ended it', $good ? 'good' : 'bad';
}
