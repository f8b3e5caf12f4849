//! From the Spec's rules to sets that can be run: names are resolved here and nowhere later.

use super::needs::Needs;
use conf::spec::{self, HttpErrors};
use http::Canned;
use rules::reply::{Body, Reply};
use rules::{Action, Rule, RuleSet, Stage};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The rules of one proxy.
#[derive(Default)]
pub struct Rules {
    pub tcp_connection: Set,
    pub tcp_session: Set,
    /// `tcp-request content`.
    pub tcp_request: Set,
    /// `tcp-response content`.
    pub tcp_response: Set,
    /// `http-request`, and `redirect` behind it.
    pub http_request: Set,
    pub http_response: Set,
    pub http_after_response: Set,
    /// `monitor fail`.
    pub monitor_fail: RuleSet<()>,
    monitor_needs: Needs,
    pages: BTreeMap<u16, Page>,
}

/// A rule set, and what it looks at.
#[derive(Default)]
pub struct Set {
    pub rules: RuleSet<Action>,
    pub needs: Needs,
}

/// What is sent for a status instead of the built-in page.
#[derive(Clone, PartialEq, Debug)]
pub enum Page {
    /// Nothing: the file is empty.
    Silence,
    Canned(Arc<Canned>),
    /// `http-error`.
    Reply(Box<Reply>),
}

impl Rules {
    /// Links a proxy's rules. The error is for its operator: compiling should have found it.
    pub fn new(proxy: &spec::Proxy, sections: &[HttpErrors]) -> Result<Rules, String> {
        let linker = Linker { sections };
        let mut request = linker.rules(proxy, Stage::HttpReq)?;
        for redirect in &proxy.lang.redirects {
            let action = Action::Redirect(redirect.what.clone());
            request.push(rule(redirect.cond.clone(), action, redirect.at));
        }
        let set = |stage: Stage| linker.rules(proxy, stage).map(|rules| Set::new(rules, stage.is_response()));
        let fail = |line: &spec::Conditional<()>| Rule {
            cond: line.cond.clone(),
            action: (),
            line: line.at.line,
            file: line.at.file,
        };
        let fails = &proxy.lang.monitor_fail;
        let conds = fails.iter().filter_map(|line| line.cond.as_ref());
        Ok(Rules {
            monitor_fail: RuleSet::new(fails.iter().map(fail).collect()),
            monitor_needs: conds.fold(Needs::default(), |all, cond| all.or(Needs::of_cond(cond, false))),
            tcp_connection: set(Stage::TcpReqConn)?,
            tcp_session: set(Stage::TcpReqSess)?,
            tcp_request: set(Stage::TcpReqCont)?,
            tcp_response: set(Stage::TcpResCont)?,
            http_request: Set::new(request, false),
            http_response: Set::new(linker.rules(proxy, Stage::HttpRes)?, true),
            http_after_response: Set::new(linker.rules(proxy, Stage::HttpAfterRes)?, true),
            pages: linker.pages(proxy)?,
        })
    }

    /// What `monitor fail` looks at.
    pub fn monitor_needs(&self) -> Needs {
        self.monitor_needs
    }

    /// What the proxy has for a status.
    pub fn page(&self, status: u16) -> Option<&Page> {
        if self.pages.is_empty() { None } else { self.pages.get(&status) }
    }
}

impl Set {
    /// Whether there is nothing to run.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    fn new(rules: Vec<Rule<Action>>, response: bool) -> Set {
        let needs = rules.iter().fold(Needs::default(), |all, rule| {
            let cond = rule.cond.as_ref().map_or(Needs::default(), |cond| Needs::of_cond(cond, response));
            all.or(cond).or(Needs::of_action(&rule.action, response))
        });
        Set { rules: RuleSet::new(rules), needs }
    }
}

fn rule(cond: Option<expr::acl::Cond>, action: Action, at: spec::At) -> Rule<Action> {
    Rule { cond, action, line: at.line, file: at.file }
}

struct Linker<'a> {
    sections: &'a [HttpErrors],
}

impl Linker<'_> {
    fn rules(&self, proxy: &spec::Proxy, stage: Stage) -> Result<Vec<Rule<Action>>, String> {
        let linked = |line: &Arc<spec::Rule>| Ok(rule(line.cond.clone(), self.action(&line.action)?, line.at));
        proxy.lang.set(stage).iter().map(linked).collect()
    }

    /// The action, what it names found.
    fn action(&self, action: &Action) -> Result<Action, String> {
        Ok(match action {
            Action::Deny(reply) => Action::Deny(self.reply(reply)?),
            Action::Tarpit(reply) => Action::Tarpit(self.reply(reply)?),
            Action::Return(reply) => Action::Return(self.reply(reply)?),
            other => other.clone(),
        })
    }

    fn reply(&self, reply: &Reply) -> Result<Reply, String> {
        let Body::ErrorFiles(name) = &reply.body else { return Ok(reply.clone()) };
        // Without a page of that status in the section, the proxy's own is meant.
        let body = match self.section(name)?.files.get(&reply.status) {
            Some(file) => match page(file) {
                Page::Canned(canned) => Body::ErrorFile(canned),
                _ => Body::Silence,
            },
            None => Body::Default,
        };
        Ok(Reply { body, ..reply.clone() })
    }

    fn section(&self, name: &str) -> Result<&HttpErrors, String> {
        let found = self.sections.iter().find(|section| *section.name == *name.as_bytes());
        found.ok_or_else(|| format!("unable to find http-errors section '{name}'"))
    }

    fn pages(&self, proxy: &spec::Proxy) -> Result<BTreeMap<u16, Page>, String> {
        let mut pages = BTreeMap::new();
        for (name, statuses) in &proxy.lang.errorfiles {
            let wanted = |status: &u16| statuses.is_empty() || statuses.contains(status);
            let files = self.section(name)?.files.iter().filter(|(status, _)| wanted(status));
            pages.extend(files.map(|(status, file)| (*status, page(file))));
        }
        pages.extend(proxy.errorfiles.iter().map(|(status, file)| (*status, page(file))));
        for reply in &proxy.lang.http_errors {
            pages.insert(reply.status, Page::Reply(Box::new(self.reply(reply)?)));
        }
        Ok(pages)
    }
}

/// A file as a page. Compiling has told of those that are no answers.
fn page(file: &Arc<[u8]>) -> Page {
    Canned::parse(file.clone()).map_or(Page::Silence, |canned| Page::Canned(canned.into()))
}
