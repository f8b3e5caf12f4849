//! Which processors the threads run on.

use super::shape::parsed;
use crate::build::GlobalB;
use crate::cx::{Cx, KEYWORD};
use crate::keyword::{Arity, Keyword, Prefix, Reload, Said};
use crate::spec::{CpuAffinity, CpuList, CpuMap, CpuPolicy, CpuSet, CpuUnit};

/// One more than the highest number of a processor.
const MAX_CPUS: u16 = 1024;

pub static MAP: Keyword<GlobalB> = Keyword {
    name: "cpu-map",
    since: "1.5",
    doc: "Processors that threads are bound to.",
    manual: "3.1",
    reload: Reload::NewProcess(|a, b| a.cpus.maps == b.cpus.maps),
    ..parsed(Arity::at_least(2, "[auto:]<thread-group>[/<threads>] and processors"), |cx, global| {
        if let Some(map) = map(cx) {
            global.spec.cpus.maps.push(map);
        }
    })
};

fn map(cx: &mut Cx<'_>) -> Option<CpuMap> {
    let text = cx.show(0);
    let (auto, rest) = match text.strip_prefix("auto:") {
        Some(rest) => (true, rest),
        None => (false, &*text),
    };
    let (groups, threads) = match rest.split_once('/') {
        Some((groups, threads)) => (numbers(groups), numbers(threads)),
        None => (numbers(rest), Some(u64::MAX)),
    };
    let (Some(groups), Some(threads)) = (groups, threads) else {
        cx.alert(0, format!("expects 'all', 'odd', 'even', numbers from 1 to 64 or ranges of them, not '{text}'."));
        return None;
    };
    let cpus = cpus_from(cx, 1)?;
    if auto {
        let many_groups = groups.count_ones() > 1;
        if many_groups && rest.contains('/') && threads.count_ones() > 1 {
            cx.alert(0, "takes a range of groups or one of threads behind 'auto:', not both.");
            return None;
        }
        let wanted = if many_groups { groups.count_ones() } else { threads.count_ones() };
        let given: u32 = cpus.iter().map(|(first, last)| u32::from(last - first) + 1).sum();
        if wanted != given {
            cx.alert(1, format!("needs as many processors as threads behind 'auto:', not {given} for {wanted}."));
            return None;
        }
    }
    Some(CpuMap { auto, groups, threads, cpus })
}

/// `all`, `odd`, `even`, a number from 1 to 64 or a range of them, whose upper end may be left out; as bits.
fn numbers(text: &str) -> Option<u64> {
    match text {
        "all" => return Some(u64::MAX),
        "odd" => return Some(0x5555_5555_5555_5555),
        "even" => return Some(0xAAAA_AAAA_AAAA_AAAA),
        _ => {}
    }
    let (first, last) = ends(text, 64)?;
    if first == 0 || last == 0 || first > 64 || last > 64 {
        return None;
    }
    Some((first..=last).fold(0, |set, n| set | 1 << (n - 1)))
}

/// `N`, `N-M` in either order, or `N-`, which goes on to `most`.
fn ends(text: &str, most: u16) -> Option<(u16, u16)> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let number = |text: &str| text.parse::<u16>().ok().filter(|_| !text.starts_with('+'));
    let first = number(first)?;
    let last = if last.is_empty() { most } else { number(last)? };
    Some((first.min(last), first.max(last)))
}

/// The processors that the arguments from `i` on name.
fn cpus_from(cx: &mut Cx<'_>, i: usize) -> Option<CpuList> {
    let mut ranges = Vec::new();
    for i in i..cx.len() {
        cpus(cx, i, &mut ranges)?;
    }
    Some(merged(ranges))
}

/// Reads one argument: numbers and ranges with commas between them. An empty one between commas counts for nothing.
fn cpus(cx: &mut Cx<'_>, i: usize, ranges: &mut CpuList) -> Option<()> {
    let text = cx.show(i);
    let parts: Vec<&str> = text.split(',').filter(|part| !part.is_empty()).collect();
    for part in &parts {
        match ends(part, MAX_CPUS - 1) {
            Some((first, last)) if last < MAX_CPUS => ranges.push((first, last)),
            _ => {
                cx.alert(i, format!("expects processors from 0 to {} and ranges of them, not '{part}'.", MAX_CPUS - 1));
                return None;
            }
        }
    }
    if parts.is_empty() {
        cx.alert(i, "expects processors.");
        return None;
    }
    Some(())
}

/// Sorted, and ranges that touch or overlap made one.
fn merged(mut ranges: CpuList) -> CpuList {
    ranges.sort_unstable();
    let mut made: CpuList = Vec::with_capacity(ranges.len());
    for (first, last) in ranges {
        match made.last_mut() {
            Some((_, end)) if first <= end.saturating_add(1) => *end = last.max(*end),
            _ => made.push((first, last)),
        }
    }
    made
}

pub static AFFINITY: Keyword<GlobalB> = Keyword {
    name: "cpu-affinity",
    since: "3.3",
    doc: "How closely threads are bound to processors.",
    manual: "3.1",
    reload: Reload::NewProcess(|a, b| a.cpus.affinity == b.cpus.affinity),
    ..parsed(
        Arity::between(1, 2, "'auto', 'per-core', 'per-group [auto|loose]', 'per-thread' or 'per-ccx'"),
        |cx, global| {
            let choices = [
                ("auto", CpuAffinity::Auto),
                ("per-core", CpuAffinity::PerCore),
                ("per-group", CpuAffinity::PerGroup { loose: false }),
                ("per-thread", CpuAffinity::PerThread),
                ("per-ccx", CpuAffinity::PerCcx),
            ];
            let Some(choice) = cx.one_of(0, &choices) else { return };
            global.spec.cpus.affinity = match (choice, cx.len()) {
                (CpuAffinity::PerGroup { .. }, 2) => match cx.one_of(1, &[("auto", false), ("loose", true)]) {
                    Some(loose) => CpuAffinity::PerGroup { loose },
                    None => return,
                },
                (_, 2) => {
                    let extra = cx.show(1);
                    return cx.alert(1, format!("cannot handle unexpected argument '{extra}'."));
                }
                (choice, _) => choice,
            };
        },
    )
};

static POLICIES: &[(&str, CpuPolicy)] = &[
    ("none", CpuPolicy::None),
    ("efficiency", CpuPolicy::Efficiency),
    ("first-usable-node", CpuPolicy::FirstUsableNode),
    ("group-by-ccx", CpuPolicy::GroupByCcx(1)),
    ("group-by-2-ccx", CpuPolicy::GroupByCcx(2)),
    ("group-by-3-ccx", CpuPolicy::GroupByCcx(3)),
    ("group-by-4-ccx", CpuPolicy::GroupByCcx(4)),
    ("group-by-cluster", CpuPolicy::GroupByCluster(1)),
    ("group-by-2-clusters", CpuPolicy::GroupByCluster(2)),
    ("group-by-3-clusters", CpuPolicy::GroupByCluster(3)),
    ("group-by-4-clusters", CpuPolicy::GroupByCluster(4)),
    ("performance", CpuPolicy::Performance),
    ("resource", CpuPolicy::Resource),
];

pub static POLICY: Keyword<GlobalB> = Keyword {
    name: "cpu-policy",
    since: "3.2",
    doc: "Which processors are used where 'cpu-map' doesn't say, and how threads are grouped by them.",
    manual: "3.1",
    reload: Reload::NewProcess(|a, b| {
        (a.cpus.policy, a.cpus.one_thread_per_core) == (b.cpus.policy, b.cpus.one_thread_per_core)
    }),
    ..parsed(Arity::between(1, 3, "a policy and 'threads-per-core 1' or 'threads-per-core auto'"), |cx, global| {
        let Some(policy) = cx.one_of(0, POLICIES) else { return };
        if cx.len() > 1 {
            if cx.one_of(1, &[("threads-per-core", ())]).is_none() {
                return;
            }
            let Some(one) = cx.one_of(2, &[("1", true), ("auto", false)]) else { return };
            global.spec.cpus.one_thread_per_core = one;
        }
        global.spec.cpus.policy = policy;
    })
};

static UNITS: &[(&str, CpuUnit)] = &[
    ("cpu", CpuUnit::Cpu),
    ("node", CpuUnit::Node),
    ("cluster", CpuUnit::Cluster),
    ("core", CpuUnit::Core),
    ("thread", CpuUnit::Thread),
];

pub static SET: Keyword<GlobalB> = Keyword {
    name: "cpu-set",
    since: "3.2",
    doc: "Which processors may be used at all.",
    manual: "3.1",
    reload: Reload::NewProcess(|a, b| a.cpus.sets == b.cpus.sets),
    ..parsed(Arity::at_least(1, "'reset', 'drop-...' and 'only-...' with a set"), |cx, global| {
        let mut i = 0;
        while i < cx.len() {
            match set(cx, &mut i) {
                Some(set) => global.spec.cpus.sets.push(set),
                None => return,
            }
        }
    })
};

/// The directive at argument `i`, which moves on.
fn set(cx: &mut Cx<'_>, i: &mut usize) -> Option<CpuSet> {
    let (at, text) = (*i, cx.show(*i));
    *i += 1;
    if text == "reset" {
        return Some(CpuSet::Reset);
    }
    let parts = text.split_once('-').filter(|(verb, _)| matches!(*verb, "drop" | "only"));
    let unit = parts.and_then(|(verb, unit)| UNITS.iter().find(|(name, _)| *name == unit).map(|(_, u)| (verb, *u)));
    let Some((verb, unit)) = unit else {
        let text =
            format!("knows 'reset', and 'drop-' or 'only-' with cpu, node, cluster, core or thread, not '{text}'.");
        cx.alert(at, text);
        return None;
    };
    if cx.word(*i).is_none() {
        cx.alert(*i, format!("expects a set behind '{text}'."));
        return None;
    }
    let mut ranges = Vec::new();
    cpus(cx, *i, &mut ranges)?;
    *i += 1;
    let list = merged(ranges);
    Some(if verb == "drop" { CpuSet::Drop(unit, list) } else { CpuSet::Only(unit, list) })
}

pub static NUMA: Keyword<GlobalB> = Keyword {
    name: "numa-cpu-mapping",
    args: Arity::NONE,
    prefix: Prefix::No,
    since: "2.4",
    doc: "Chooses processors by how near they are to each other; 'no' leaves the choice to the system.",
    manual: "3.1",
    reload: Reload::NewProcess(|a, b| a.cpus.numa == b.cpus.numa),
    ..Keyword::plain(|cx, global| {
        global.spec.cpus.numa = Some(cx.said != Said::No);
        if cx.said != Said::No {
            cx.not_yet(KEYWORD, "numa-cpu-mapping");
        }
    })
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_of_threads() {
        let cases: &[(&str, Option<u64>)] = &[
            ("1", Some(1)),
            ("64", Some(1 << 63)),
            ("2-4", Some(0b1110)),
            ("4-2", Some(0b1110)),
            ("63-", Some(0b11 << 62)),
            ("all", Some(u64::MAX)),
            ("odd", Some(0x5555_5555_5555_5555)),
            ("0", None),
            ("65", None),
            ("60-65", None),
            ("", None),
            ("-", None),
            ("-4", None),
            ("+4", None),
            ("1-2-3", None),
        ];
        for (text, want) in cases {
            assert_eq!(numbers(text), *want, "{text}");
        }
    }

    #[test]
    fn ranges_that_touch_become_one() {
        assert_eq!(merged(vec![(4, 7), (0, 3), (6, 9), (11, 11)]), [(0, 9), (11, 11)]);
    }
}
