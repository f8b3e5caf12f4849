//! `show stat`: the columns, and the three forms of a row.

mod fields;
mod view;

pub use fields::FIELDS;
pub use view::View;

use crate::field::{self, Value};
use proxy::stats::Of;
use std::fmt::Write;

/// How rows are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    Csv,
    Typed { desc: bool },
    Json,
}

/// What stands before the first row.
pub fn head(form: Form) -> String {
    match form {
        Form::Csv => {
            let mut head = "# ".to_owned();
            for field in FIELDS {
                head.push_str(field.name);
                head.push(',');
            }
            head + "-,\n"
        }
        Form::Typed { .. } => String::new(),
        Form::Json => "[".to_owned(),
    }
}

/// Writes a row. `first`: it is the first one.
pub fn row(form: Form, view: &View, first: bool, out: &mut String) {
    match form {
        Form::Csv => csv(view, out),
        Form::Typed { desc } => typed(view, desc, out),
        Form::Json => {
            if !first {
                out.push(',');
            }
            json(view, out);
        }
    }
}

fn csv(view: &View, out: &mut String) {
    for field in FIELDS {
        (field.get)(view).csv(out);
        out.push(',');
    }
    out.push_str("-,\n");
}

fn typed(view: &View, desc: bool, out: &mut String) {
    let letter = match view.row.of {
        Of::Front(_) => 'F',
        Of::Back(_) => 'B',
        Of::Server(_) => 'S',
        Of::Socket(_) => 'L',
    };
    for (pos, field) in FIELDS.iter().enumerate() {
        let value = (field.get)(view);
        if value != Value::None {
            let (iid, sid, name) = (view.row.iid, view.sid(), field.name);
            let _ = write!(out, "{letter}.{iid}.{sid}.{pos}.{name}.1:");
            field::typed(field, &value, desc, out);
            out.push('\n');
        }
    }
}

fn json(view: &View, out: &mut String) {
    let kind = match view.row.of {
        Of::Front(_) => "Frontend",
        Of::Back(_) => "Backend",
        Of::Server(_) => "Server",
        Of::Socket(_) => "Listener",
    };
    let mut separator = '[';
    for (pos, field) in FIELDS.iter().enumerate() {
        let value = (field.get)(view);
        if value != Value::None {
            let (iid, sid) = (view.row.iid, view.sid());
            let _ = write!(out, "{separator}{{\"objType\":\"{kind}\",\"proxyId\":{iid},\"id\":{sid},");
            field::json(pos, field, &value, out);
            separator = ',';
        }
    }
    out.push(']');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sound() {
        field::check_table(FIELDS);
        let at = |name| FIELDS.iter().position(|field| field.name == name);
        assert_eq!(
            [
                at("pxname"),
                at("status"),
                at("check_status"),
                at("addr"),
                at("reuse"),
                at("srid"),
                at("cache_hint_hits")
            ],
            [Some(0), Some(17), Some(36), Some(73), Some(85), Some(103), Some(118)]
        );
        assert_eq!(FIELDS.len(), 119);
    }

    #[test]
    fn heads() {
        assert!(head(Form::Csv).starts_with("# pxname,svname,qcur,qmax,scur,smax,slim,stot,bin,bout,"));
        assert!(head(Form::Csv).ends_with(",resbout,cache_hint_hits,-,\n"));
        assert_eq!(head(Form::Typed { desc: true }), "");
    }
}
