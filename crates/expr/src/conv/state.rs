//! What looks at, or changes, more than the value: variables, captures, proxies, debugging (manual 7.3.1).

use crate::conv::{Conv, c};
use crate::val::Type::*;

#[rustfmt::skip]
pub static ITEMS: &[Conv] = &[
    c("capture-req", "integer", Str, Str, "the text, kept in a request capture slot"),
    c("capture-res", "integer", Str, Str, "the text, kept in a response capture slot"),
    c("debug", "[string,string]", Any, Same, "the value, shown on a sink"),
    c("fe_exists", "", Str, Bool, "true if a frontend has this name"),
    c("nbsrv", "", Str, Int, "usable servers of the backend of this name"),
    c("set-var", "string[,string,string,string,string]", Any, Any, "the value, kept in a variable"),
    c("srv_is_up", "", Str, Bool, "true if the server of this name is up"),
    c("srv_queue", "", Str, Int, "requests that wait for the server of this name"),
    c("unset-var", "string", Any, Any, "the value; a variable is forgotten"),
    c("when", "string[,string,string]", Any, Any, "the value, if a condition of the stream holds"),
    c("x509_v_err_str", "", Int, Str, "the name of a certificate error"),
];
