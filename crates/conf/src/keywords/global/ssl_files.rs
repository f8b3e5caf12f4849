//! Where certificates and their like are, and how they are loaded.

use super::shape::{flag, parsed};
use crate::build::GlobalB;
use crate::cx::{Cx, KEYWORD};
use crate::keyword::{Arity, Keyword, Status};
use crate::spec::ExtraFiles;

pub static CA_BASE: Keyword<GlobalB> = Keyword {
    name: "ca-base",
    since: "1.5",
    doc: "Directory of certificate authorities and revocation lists with relative names.",
    manual: "3.1",
    status: Status::Working,
    ..directory(|cx, global| put_base(cx, &mut global.spec.tls.ca_base))
};

pub static CRT_BASE: Keyword<GlobalB> = Keyword {
    name: "crt-base",
    since: "1.5",
    doc: "Directory of certificates with relative names.",
    manual: "3.1",
    status: Status::Working,
    ..directory(|cx, global| put_base(cx, &mut global.spec.tls.crt_base))
};

pub static KEY_BASE: Keyword<GlobalB> = Keyword {
    name: "key-base",
    since: "3.0",
    doc: "Directory of private keys with relative names.",
    manual: "3.1",
    status: Status::Working,
    ..directory(|cx, global| put_base(cx, &mut global.spec.tls.key_base))
};

const fn directory(parse: fn(&mut Cx<'_>, &mut GlobalB)) -> Keyword<GlobalB> {
    parsed(Arity::exactly(1, "a directory"), parse)
}

fn put_base(cx: &mut Cx<'_>, slot: &mut Option<Box<[u8]>>) {
    if slot.is_some() {
        cx.alert(KEYWORD, "is there already.");
    } else {
        *slot = cx.bytes(0);
    }
}

pub static ISSUERS_CHAIN_PATH: Keyword<GlobalB> = Keyword {
    name: "issuers-chain-path",
    since: "2.2",
    doc: "Directory of issuers' certificates that complete chains.",
    manual: "3.1",
    ..directory(|cx, global| {
        let path = cx.path(0);
        match cx.world.dir(&path) {
            Ok(_) => global.spec.tls.issuers_chain_path = Some(path.into()),
            Err(why) => {
                let path = String::from_utf8_lossy(&path).into_owned();
                cx.alert(0, format!("expects a directory; '{path}' isn't one ({why})."));
            }
        }
    })
};

pub static DH_PARAM_FILE: Keyword<GlobalB> = Keyword {
    name: "ssl-dh-param-file",
    since: "1.6",
    doc: "File with parameters for Diffie-Hellman key exchange.",
    manual: "3.1",
    status: Status::Working,
    ..parsed(Arity::exactly(1, "a file name"), |cx, global| {
        let path = cx.path(0);
        match cx.world.read(&path).and_then(|content| has_dh_params(&content)) {
            Ok(()) => global.spec.tls.dh_param_file = Some(path.into()),
            Err(why) => {
                let path = String::from_utf8_lossy(&path).into_owned();
                cx.alert(0, format!(": can't load parameters from '{path}' ({why})."));
            }
        }
    })
};

fn has_dh_params(content: &[u8]) -> Result<(), String> {
    let begins: [&[u8]; 2] = [b"-----BEGIN DH PARAMETERS-----", b"-----BEGIN X9.42 DH PARAMETERS-----"];
    let found = content.split(|c| *c == b'\n').any(|line| begins.contains(&line.trim_ascii_end()));
    if found { Ok(()) } else { Err("no Diffie-Hellman parameters in it".to_owned()) }
}

pub static EXTRA_DEL_EXT: Keyword<GlobalB> = Keyword {
    name: "ssl-load-extra-del-ext",
    since: "2.3",
    doc: "Looks for x.key beside x.crt, not for x.crt.key.",
    manual: "3.1",
    status: Status::Working,
    ..flag(|_, global| global.spec.tls.extra_del_ext = true)
};

pub static EXTRA_FILES: Keyword<GlobalB> = Keyword {
    name: "ssl-load-extra-files",
    since: "2.2",
    doc: "What is looked for beside a certificate's file.",
    manual: "3.1",
    status: Status::Working,
    ..parsed(
        Arity::at_least(1, "'none', 'all', or some of 'bundle', 'sctl', 'ocsp', 'issuer' and 'key'"),
        |cx, global| {
            if let Some(extra) = extra_files(cx) {
                global.spec.tls.extra_files = extra;
            }
        },
    )
};

fn extra_files(cx: &mut Cx<'_>) -> Option<ExtraFiles> {
    let mut extra = ExtraFiles::NONE;
    for i in 0..cx.len() {
        match cx.text(i) {
            b"none" | b"all" if cx.len() > 1 => {
                cx.alert(i, "takes 'none' and 'all' only alone.");
                return None;
            }
            b"none" => extra = ExtraFiles::NONE,
            b"all" => extra = ExtraFiles::ALL,
            b"bundle" => extra.bundle = true,
            b"sctl" => extra.sctl = true,
            b"ocsp" => extra.ocsp = true,
            b"issuer" => extra.issuer = true,
            b"key" => extra.key = true,
            _ => {
                let got = cx.show(i);
                cx.alert(i, format!("knows 'none', 'all', 'bundle', 'sctl', 'ocsp', 'issuer' and 'key', not '{got}'."));
                return None;
            }
        }
    }
    Some(extra)
}

pub static PASSPHRASE_CMD: Keyword<GlobalB> = Keyword {
    name: "ssl-passphrase-cmd",
    since: "3.3",
    doc: "Program that tells the passphrase of an encrypted key.",
    manual: "3.1",
    status: Status::Working,
    ..parsed(Arity::at_least(1, "a program and its arguments"), |cx, global| {
        if cx.bytes(0).is_some() {
            global.spec.tls.passphrase_cmd = cx.texts_from(0);
        }
    })
};

pub static SKIP_SELF_ISSUED_CA: Keyword<GlobalB> = Keyword {
    name: "ssl-skip-self-issued-ca",
    since: "2.3",
    doc: "Never sends a root certificate to clients.",
    manual: "3.1",
    ..flag(|_, global| global.spec.tls.skip_self_issued_ca = true)
};
