//! JSON-RPC 2.0, as far as the language server protocol uses it.

use serde_json::{Value, json};

/// A message that was understood.
#[derive(Debug)]
pub enum Message {
    Request {
        id: Value,
        method: String,
        params: Value,
    },
    Notification {
        method: String,
        params: Value,
    },
    /// The answer to something that we asked.
    Answer,
}

/// Why a request has no result.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Failure {
    pub code: i64,
    pub message: String,
}

impl Failure {
    fn new(code: i64, message: impl Into<String>) -> Failure {
        Failure { code, message: message.into() }
    }

    /// The text isn't JSON.
    pub fn unreadable(why: impl core::fmt::Display) -> Failure {
        Failure::new(-32700, format!("no JSON: {why}"))
    }

    pub fn invalid(why: &str) -> Failure {
        Failure::new(-32600, why)
    }

    pub fn unknown(method: &str) -> Failure {
        Failure::new(-32601, format!("unknown method '{method}'"))
    }

    pub fn params(why: &str) -> Failure {
        Failure::new(-32602, why)
    }

    pub fn early() -> Failure {
        Failure::new(-32002, "the first request is 'initialize'")
    }

    /// The request was right, and can't be fulfilled.
    pub fn refused(why: impl Into<String>) -> Failure {
        Failure::new(-32803, why)
    }
}

/// Reads a message. The error is for the answer.
pub fn read(body: &[u8]) -> Result<Message, (Value, Failure)> {
    let value: Value = serde_json::from_slice(body).map_err(|why| (Value::Null, Failure::unreadable(why)))?;
    let Value::Object(mut fields) = value else {
        return Err((Value::Null, Failure::invalid("a message is an object")));
    };
    let id = fields.remove("id");
    let params = fields.remove("params").unwrap_or_default();
    match (fields.remove("method"), id) {
        (Some(Value::String(method)), None) => Ok(Message::Notification { method, params }),
        (Some(Value::String(method)), Some(id)) if id.is_string() || id.is_number() => {
            Ok(Message::Request { id, method, params })
        }
        (None, Some(_)) if fields.contains_key("result") || fields.contains_key("error") => Ok(Message::Answer),
        (_, id) => Err((id.unwrap_or_default(), Failure::invalid("no request, notification or answer"))),
    }
}

/// The answer to a request.
pub fn answer(id: Value, result: Result<Value, Failure>) -> Value {
    match result {
        Ok(result) => json!({ "jsonrpc": "2.0", "id": id, "result": result }),
        Err(Failure { code, message }) => {
            json!({ "jsonrpc": "2.0", "id": id, "error": { "code": code, "message": message } })
        }
    }
}

/// Something that we tell.
pub fn notification(method: &str, params: Value) -> Value {
    json!({ "jsonrpc": "2.0", "method": method, "params": params })
}

/// Something that we ask.
pub fn request(id: &str, method: &str, params: Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params })
}
