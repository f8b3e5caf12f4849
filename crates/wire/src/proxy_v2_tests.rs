//! Tests of the binary header: hand-made bytes, what HAProxy sends, round trips and cuts.

use super::*;

const LIMIT: usize = 16_384;

fn header(command: u8, family: u8, body: &[u8]) -> Vec<u8> {
    let len = (body.len() as u16).to_be_bytes();
    [&SIGNATURE[..], &[command, family], &len, body].concat()
}

fn tlv(kind: u8, value: &[u8]) -> Vec<u8> {
    [&[kind][..], &(value.len() as u16).to_be_bytes(), value].concat()
}

fn tcp(src: &str, dst: &str, kind: SockKind) -> Proxied {
    Proxied::Ip { kind, source: src.parse().unwrap(), destination: dst.parse().unwrap() }
}

const V4: [u8; 12] = [1, 2, 3, 4, 5, 6, 7, 8, 0, 80, 0x1f, 0x90];

/// The whole gives `expected`; every prefix asks for more or says the same error.
fn check(input: &[u8], expected: Result<&Proxied, Error>) {
    match (parse(input, LIMIT), expected) {
        (Parsed::Done { consumed, info }, Ok(proxied)) => {
            assert_eq!((consumed, &info.proxied), (input.len(), proxied));
        }
        (Parsed::Error(e), Err(expected)) => assert_eq!(e, expected, "{input:x?}"),
        (other, _) => panic!("{other:?} instead of {expected:?}"),
    }
    for cut in 0..input.len() {
        match parse(&input[..cut], LIMIT) {
            Parsed::More { total } => assert!(total > cut && total <= input.len().max(FIXED), "cut at {cut}"),
            Parsed::Error(e) => assert_eq!(Err(e), expected, "cut at {cut}"),
            Parsed::Done { .. } => panic!("done with {cut} of {} bytes", input.len()),
        }
    }
}

#[test]
fn addresses() {
    let v4 = tcp("1.2.3.4:80", "5.6.7.8:8080", SockKind::Stream);
    check(&header(0x21, 0x11, &V4), Ok(&v4));
    check(&header(0x21, 0x12, &V4), Ok(&tcp("1.2.3.4:80", "5.6.7.8:8080", SockKind::Dgram)));
    let mut v6 = [0; 36];
    (v6[15], v6[16], v6[33], v6[35]) = (1, 0xfe, 1, 2);
    check(&header(0x21, 0x21, &v6), Ok(&tcp("[::1]:1", "[fe00::]:2", SockKind::Stream)));
    let mut unix = [0; 216];
    unix[..5].copy_from_slice(b"/a/b\0");
    unix[6] = b'x';
    unix[108..112].copy_from_slice(b"\0abs");
    let paths = Proxied::Unix { kind: SockKind::Stream, source: b"/a/b"[..].into(), destination: b"\0abs"[..].into() };
    check(&header(0x21, 0x31, &unix), Ok(&paths));
    let payload = [header(0x21, 0x11, &V4), b"GET /".to_vec()].concat();
    assert!(matches!(parse(&payload, LIMIT), Parsed::Done { consumed: 28, .. }));
}

#[test]
fn own_connections_are_skipped_whatever_follows() {
    for (command, family) in [(0x20, 0), (0x20, 0x11), (0x20, 0xff), (0x21, 0), (0x21, 0x10), (0x21, 0x01)] {
        for body in [&[][..], &V4, &[0xff; 300]] {
            check(&header(command, family, body), Ok(&Proxied::Own));
        }
    }
}

#[test]
fn refused() {
    let with = |tlvs: &[u8]| header(0x21, 0x11, &[&V4, tlvs].concat());
    let bad_crc = tlv(tlv::CRC32C, &[1, 2, 3, 4]);
    for (input, error) in [
        (b"GET / HTTP/1.1\r\n\r\n".to_vec(), Error::Signature),
        (header(0x11, 0x11, &V4), Error::Version),
        (header(0x31, 0x11, &V4), Error::Version),
        (header(0x22, 0x11, &V4), Error::Command),
        (header(0x21, 0x41, &V4), Error::Family),
        (header(0x21, 0x13, &V4), Error::Family),
        (header(0x21, 0x11, &V4[..11]), Error::Length),
        (header(0x21, 0x21, &V4), Error::Length),
        (header(0x21, 0x31, &[0; 215]), Error::Length),
        (with(&[4, 0]), Error::Tlv),
        (with(&[4, 0, 2, 0]), Error::Tlv),
        (with(&tlv(tlv::UNIQUE_ID, &[0; 129])), Error::Tlv),
        (with(&tlv(tlv::SSL, &[0; 4])), Error::Tlv),
        (with(&tlv(tlv::SSL, &[0, 0, 0, 0, 0, 0x21, 0, 9])), Error::Tlv),
        (with(&bad_crc), Error::Checksum),
        (with(&tlv(tlv::CRC32C, &[0; 3])), Error::Checksum),
        (with(&[bad_crc.clone(), bad_crc].concat()), Error::Checksum),
    ] {
        check(&input, Err(error));
    }
    assert_eq!(parse(&header(0x21, 0x11, &V4), 27), Parsed::Error(Error::Length), "above the limit");
    assert!(matches!(parse(&header(0x21, 0x11, &V4), 28), Parsed::Done { .. }));
}

#[test]
fn everything_encoded_reads_back() {
    let further = [(0xe0, &b"mine"[..]), (tlv::NOOP, &[][..])];
    let ssl = [(tlv::SSL_VERSION, &b"TLSv1.3"[..]), (tlv::SSL_CN, b"example.com")];
    let extra = Extra {
        alpn: Some(b"h2"),
        authority: Some(b"example.com"),
        unique_id: Some(&[7; 200]),
        ssl: Some(SslOut { client: CLIENT_SSL | CLIENT_CERT_CONN, verify: 3, tlvs: &ssl }),
        netns: Some(b"blue"),
        further: &further,
        crc32c: true,
    };
    let unix = Proxied::Unix { kind: SockKind::Dgram, source: [][..].into(), destination: b"/x"[..].into() };
    for proxied in [tcp("1.2.3.4:5", "6.7.8.9:10", SockKind::Stream), tcp("[::1]:5", "[::2]:10", SockKind::Dgram), unix]
    {
        let mut out = b"before".to_vec();
        encode(&proxied, &extra, &mut out).unwrap();
        let out = &out[6..];
        check(out, Ok(&proxied));
        let Parsed::Done { info: Header { tlvs, .. }, .. } = parse(out, LIMIT) else { unreachable!() };
        assert_eq!(tlvs.find(tlv::ALPN), Some(&b"h2"[..]));
        assert_eq!(tlvs.find(tlv::AUTHORITY), Some(&b"example.com"[..]));
        assert_eq!(tlvs.find(tlv::UNIQUE_ID), Some(&[7; 128][..]));
        assert_eq!(tlvs.find(tlv::NETNS), Some(&b"blue"[..]));
        assert_eq!(tlvs.find(0xe0), Some(&b"mine"[..]));
        assert_eq!(tlvs.find(0xe1), None);
        let read = Tlvs::from_checked(tlvs.bytes()).ssl().unwrap();
        assert_eq!((read.client, read.verify), (3, 3));
        assert_eq!(read.tlvs.find(tlv::SSL_CN), Some(&b"example.com"[..]));
        // A single flipped bit is noticed, unless it makes another TLV of the checksum.
        let checksum = out.len() - tlvs.bytes().len();
        for at in (FIXED..out.len()).filter(|at| *at != checksum) {
            let mut broken = out.to_vec();
            broken[at] ^= 1;
            assert!(matches!(parse(&broken, LIMIT), Parsed::Error(_)), "byte {at}");
        }
    }
}

#[test]
fn local_and_mixed_families() {
    let mut out = Vec::new();
    encode(&Proxied::Own, &Extra::default(), &mut out).unwrap();
    assert_eq!(out, header(0x20, 0, &[]));
    out.clear();
    encode(&tcp("1.2.3.4:5", "[::1]:10", SockKind::Stream), &Extra::default(), &mut out).unwrap();
    check(&out, Ok(&tcp("[::ffff:1.2.3.4]:5", "[::1]:10", SockKind::Stream)));
}

#[test]
fn too_long_leaves_nothing_behind() {
    let big = vec![0; 65_535];
    let further = [(0xe0, &big[..])];
    let mut out = b"before".to_vec();
    let extra = Extra { further: &further, ..Extra::default() };
    assert_eq!(encode(&Proxied::Own, &extra, &mut out), Err(TooLong));
    assert_eq!(out, b"before");
}
