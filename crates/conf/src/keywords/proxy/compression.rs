//! `compression …`.

use crate::build::{ProxyB, SectionKind};
use crate::cx::{Cx, KEYWORD};
use crate::keyword::{Arity, Keyword, Status};
use crate::spec::{CompressionAlgorithm, CompressionDirection, CompressionSide};

/// A line of this family.
const fn compression(
    name: &'static str,
    args: Arity,
    doc: &'static str,
    parse: fn(&mut Cx<'_>, &mut ProxyB),
) -> Keyword<ProxyB> {
    Keyword { name, status: Status::Parsed, args, since: "1.5", doc, manual: "4.2", ..Keyword::plain(parse) }
}

pub static ALGO: Keyword<ProxyB> = compression(
    "compression algo",
    Arity::at_least(1, "<algorithm>"),
    "Content codings for responses, the preferred one first.",
    |cx, proxy| algorithms(cx, &mut proxy.compression.get_or_insert_default().response),
);

pub static ALGO_RES: Keyword<ProxyB> = Keyword {
    since: "2.9",
    ..compression(
        "compression algo-res",
        Arity::at_least(1, "<algorithm>"),
        "Content codings for responses, the preferred one first.",
        |cx, proxy| algorithms(cx, &mut proxy.compression.get_or_insert_default().response),
    )
};

pub static ALGO_REQ: Keyword<ProxyB> = Keyword {
    since: "2.9",
    ..compression(
        "compression algo-req",
        Arity::exactly(1, "one <algorithm>"),
        "Content coding for requests.",
        |cx, proxy| algorithms(cx, &mut proxy.compression.get_or_insert_default().request),
    )
};

pub static TYPE: Keyword<ProxyB> = compression(
    "compression type",
    Arity::at_least(1, "<type>"),
    "Media types of responses that are compressed.",
    |cx, proxy| types(cx, &mut proxy.compression.get_or_insert_default().response),
);

pub static TYPE_RES: Keyword<ProxyB> = Keyword {
    since: "2.9",
    ..compression(
        "compression type-res",
        Arity::at_least(1, "<type>"),
        "Media types of responses that are compressed.",
        |cx, proxy| types(cx, &mut proxy.compression.get_or_insert_default().response),
    )
};

pub static TYPE_REQ: Keyword<ProxyB> = Keyword {
    since: "2.9",
    ..compression(
        "compression type-req",
        Arity::at_least(1, "<type>"),
        "Media types of requests that are compressed.",
        |cx, proxy| types(cx, &mut proxy.compression.get_or_insert_default().request),
    )
};

pub static MINSIZE_REQ: Keyword<ProxyB> = Keyword {
    since: "3.2",
    ..compression("compression minsize-req", SIZE, "Least size of a request that is compressed.", |cx, proxy| {
        min_size(cx, &mut proxy.compression.get_or_insert_default().request)
    })
};

pub static MINSIZE_RES: Keyword<ProxyB> = Keyword {
    since: "3.2",
    ..compression("compression minsize-res", SIZE, "Least size of a response that is compressed.", |cx, proxy| {
        min_size(cx, &mut proxy.compression.get_or_insert_default().response)
    })
};

pub static OFFLOAD: Keyword<ProxyB> =
    compression("compression offload", Arity::NONE, "Asks servers not to compress.", |cx, proxy| {
        if matches!(proxy.kind, SectionKind::Defaults { .. }) {
            cx.warn(KEYWORD, "is ignored in 'defaults' sections.");
        } else {
            proxy.compression.get_or_insert_default().offload = true;
        }
    });

pub static DIRECTION: Keyword<ProxyB> = Keyword {
    since: "2.9",
    ..compression(
        "compression direction",
        Arity::exactly(1, "'request', 'response' or 'both'"),
        "What the old compression filter works on.",
        |cx, proxy| {
            let choices = [
                ("request", CompressionDirection::Request),
                ("response", CompressionDirection::Response),
                ("both", CompressionDirection::Both),
            ];
            if let Some(choice) = cx.one_of(0, &choices) {
                proxy.compression.get_or_insert_default().direction = choice;
            }
        },
    )
};

const SIZE: Arity = Arity::exactly(1, "<size>");

fn algorithms(cx: &mut Cx<'_>, side: &mut CompressionSide) {
    let known = [
        ("identity", CompressionAlgorithm::Identity),
        ("gzip", CompressionAlgorithm::Gzip),
        ("deflate", CompressionAlgorithm::Deflate),
        ("raw-deflate", CompressionAlgorithm::RawDeflate),
    ];
    for i in 0..cx.len() {
        if let Some(algorithm) = cx.one_of(i, &known)
            && !side.algorithms.contains(&algorithm)
        {
            side.algorithms.push(algorithm);
        }
    }
}

fn types(cx: &mut Cx<'_>, side: &mut CompressionSide) {
    for i in 0..cx.len() {
        side.types.extend(cx.bytes(i));
    }
}

fn min_size(cx: &mut Cx<'_>, side: &mut CompressionSide) {
    if let Some(size) = cx.size(0, 0, u32::MAX) {
        side.min_size = size;
    }
}
