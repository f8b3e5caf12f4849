//! What may follow `ferroxy demo`.

use std::ffi::OsString;

/// The text of `--help`.
pub const USAGE: &str = "\
Usage: ferroxy demo [--port <port>]

Runs an example: a frontend on a local port, two servers behind it, health checks, and the log on the terminal.

  --port <port>  where the frontend listens; 0 for any free port.
                 Without it: 8080, or another free port if that is taken.
";

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Args {
    Help,
    Run(Wish),
}

/// Where the frontend is to listen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wish {
    /// The usual port if it is free, else any.
    Usual,
    /// Any free port.
    Free,
    /// This one, or not at all.
    Port(u16),
}

/// Reads the words. The error is ready to be said.
pub fn parse(words: &[OsString]) -> Result<Args, String> {
    let mut wish = Wish::Usual;
    let mut words = words.iter().map(|word| word.to_string_lossy());
    while let Some(word) = words.next() {
        let value = match word.split_once('=') {
            _ if word == "--help" || word == "-h" => return Ok(Args::Help),
            Some(("--port", value)) => value.to_owned(),
            None if word == "--port" => words.next().ok_or("'--port' needs a value")?.into_owned(),
            _ => return Err(format!("unexpected argument '{word}'")),
        };
        wish = match value.parse() {
            Ok(0) => Wish::Free,
            Ok(port) => Wish::Port(port),
            Err(_) => return Err(format!("'{value}' is not a port")),
        };
    }
    Ok(Args::Run(wish))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, want: Result<Args, &str>) {
        let words: Vec<OsString> = line.split_whitespace().map(OsString::from).collect();
        assert_eq!(parse(&words), want.map_err(str::to_owned), "{line}");
    }

    #[test]
    fn words() {
        check("", Ok(Args::Run(Wish::Usual)));
        check("--port 0", Ok(Args::Run(Wish::Free)));
        check("--port=8081", Ok(Args::Run(Wish::Port(8081))));
        check("--port 1 --port 2", Ok(Args::Run(Wish::Port(2))));
        check("--port x -h", Err("'x' is not a port"));
        check("--port 1 --help", Ok(Args::Help));
        check("--port", Err("'--port' needs a value"));
        check("--port 65536", Err("'65536' is not a port"));
        check("8080", Err("unexpected argument '8080'"));
        check("--ports=1", Err("unexpected argument '--ports=1'"));
    }
}
