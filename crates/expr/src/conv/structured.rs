//! Structured data: JSON, protocol buffers, MQTT, FIX, the Forwarded field (manual 7.3.1).

use crate::conv::{Conv, c};
use crate::val::Type::*;

#[rustfmt::skip]
pub static ITEMS: &[Conv] = &[
    c("fix_is_valid", "", Bin, Bool, "true if the bytes begin with a valid FIX message"),
    c("fix_tag_value", "string", Bin, Bin, "the value of a tag in a FIX message"),
    c("json_query", "string[,string]", Str, Any, "what a path finds in JSON"),
    c("mqtt_field_value", "string,string", Bin, Str, "a field of an MQTT packet"),
    c("mqtt_is_valid", "", Bin, Bool, "true if the bytes begin with a valid MQTT packet"),
    c("protobuf", "Protocol buffers field number[,string]", Bin, Bin, "a field of a protocol buffers message"),
    c("rfc7239_field", "string", Str, Str, "a parameter of the first element of a Forwarded field"),
    c("rfc7239_is_valid", "", Str, Bool, "true if the text is a valid Forwarded field"),
    c("rfc7239_n2nn", "", Str, Any, "the name in a node of a Forwarded field"),
    c("rfc7239_n2np", "", Str, Any, "the port in a node of a Forwarded field"),
    c("rfc7239_nn", "", Any, Str, "the name in a node of a Forwarded field, as text"),
    c("rfc7239_np", "", Any, Str, "the port in a node of a Forwarded field, as text"),
    c("ungrpc", "Protocol buffers field number[,string]", Bin, Bin, "a field of the protocol buffers message in a gRPC message"),
];
