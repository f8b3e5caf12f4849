//! Captured packets: Ethernet, IP, TCP (manual 7.3.1).

use crate::conv::{Conv, c};
use crate::val::Type::*;

#[rustfmt::skip]
pub static ITEMS: &[Conv] = &[
    c("eth.data", "", Bin, Bin, "what follows an Ethernet header"),
    c("eth.dst", "", Bin, Bin, "the destination of an Ethernet header"),
    c("eth.hdr", "", Bin, Bin, "an Ethernet header"),
    c("eth.proto", "", Bin, Int, "the protocol in an Ethernet header"),
    c("eth.src", "", Bin, Bin, "the source of an Ethernet header"),
    c("eth.vlan", "", Bin, Int, "the VLAN in an Ethernet header"),
    c("ip.data", "", Bin, Bin, "what follows an IP header"),
    c("ip.df", "", Bin, Int, "1 if an IP header forbids fragments"),
    c("ip.dst", "", Bin, Addr, "the destination of an IP header"),
    c("ip.fp", "[integer]", Bin, Bin, "a fingerprint of an IP header and the SYN behind it"),
    c("ip.hdr", "", Bin, Bin, "an IP header"),
    c("ip.proto", "", Bin, Int, "the protocol in an IP header"),
    c("ip.src", "", Bin, Addr, "the source of an IP header"),
    c("ip.tos", "", Bin, Int, "the type of service of an IP header"),
    c("ip.ttl", "", Bin, Int, "the time to live, or hop limit, of an IP header"),
    c("ip.ver", "", Bin, Int, "the version of an IP header"),
    c("tcp.dst", "", Bin, Int, "the destination port of a TCP header"),
    c("tcp.flags", "", Bin, Int, "the flags of a TCP header"),
    c("tcp.options.mss", "", Bin, Int, "the maximum segment size in a TCP header"),
    c("tcp.options.sack", "", Bin, Int, "1 if a TCP header permits selective acknowledgements"),
    c("tcp.options.tsopt", "", Bin, Int, "1 if a TCP header has a timestamp"),
    c("tcp.options.tsval", "", Bin, Int, "the timestamp in a TCP header"),
    c("tcp.options.wscale", "", Bin, Int, "the window scale in a TCP header, 0 without one"),
    c("tcp.options.wsopt", "", Bin, Int, "the window scale in a TCP header, if it has one"),
    c("tcp.options_list", "", Bin, Bin, "the kinds of the options of a TCP header"),
    c("tcp.seq", "", Bin, Int, "the sequence number of a TCP header"),
    c("tcp.src", "", Bin, Int, "the source port of a TCP header"),
    c("tcp.win", "", Bin, Int, "the window of a TCP header"),
];
