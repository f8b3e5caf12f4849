use super::{Act, Stages};
use crate::keyword::Status;
use rules::{Action, Stage};

/// The services that are there without Lua.
pub static SERVICES: &[(&str, Status)] = &[("prometheus-exporter", Status::Parsed)];

pub static USE_SERVICE: Act = Act {
    name: "use-service",
    stages: Stages::of("---X-X--"),
    args: "a service name",
    doc: "Lets a service answer.",
    ..Act::plain(|rule| {
        let name = rule.text()?;
        match &*name {
            "prometheus-exporter" if rule.stage == Stage::HttpReq => {}
            "prometheus-exporter" => {
                rule.cx.alert(1, ": the service 'prometheus-exporter' is only available in 'http-request' rules.");
                return None;
            }
            // Whether there is one is known to who loads Lua's files.
            lua if lua.starts_with("lua.") => {}
            _ => {
                let near = diag::closest(name.as_bytes(), SERVICES.iter().map(|(name, _)| *name));
                let text = format!("knows no service '{name}'.");
                match near {
                    Some(near) => rule.cx.alert_help(1, text, format!("did you mean '{near}'?")),
                    None => rule.cx.alert(1, text),
                }
                return None;
            }
        }
        Some(Action::UseService(name))
    })
};
