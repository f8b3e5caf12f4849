//! One end of a stream: a connection of its own (HTTP/1, TCP, either in clear or in TLS), or one stream of many on a
//! connection that is shared (HTTP/2).

use crate::http2::StreamEnd;
use base::{Addr, Buf};
use core::net::{IpAddr, SocketAddr};
use net::{HandshakeError, Stream, TcpInfo};
use std::io;
use std::task::{Context, Poll};
use tls::session::Session;

/// An end of a stream. What only a connection of its own has answers as one that is closed where there is none.
pub enum End {
    H1(Stream),
    H2(StreamEnd),
    /// Nothing is left: the connection was given to the streams on it.
    Given,
}

/// An end, borrowed.
pub enum EndMut<'a> {
    H1(&'a mut Stream),
    H2(&'a mut StreamEnd),
    Given,
}

/// What reading a connection of its own answers where there is none.
const NOT_ITS_OWN: io::ErrorKind = io::ErrorKind::Unsupported;

impl End {
    /// The end, borrowed.
    #[inline]
    pub fn get(&mut self) -> EndMut<'_> {
        match self {
            End::H1(stream) => EndMut::H1(stream),
            End::H2(stream) => EndMut::H2(stream),
            End::Given => EndMut::Given,
        }
    }

    /// The connection, if it is this end's own.
    #[inline]
    pub fn own(&mut self) -> Option<&mut Stream> {
        match self {
            End::H1(stream) => Some(stream),
            End::H2(_) | End::Given => None,
        }
    }

    /// The stream of a shared connection.
    pub fn h2(&mut self) -> Option<&mut StreamEnd> {
        match self {
            End::H1(_) | End::Given => None,
            End::H2(stream) => Some(stream),
        }
    }

    /// The same, for who may only look.
    pub fn peek_h2(&self) -> Option<&StreamEnd> {
        match self {
            End::H1(_) | End::Given => None,
            End::H2(stream) => Some(stream),
        }
    }

    /// Reads from a connection of its own.
    #[inline]
    pub fn poll_read(&mut self, cx: &mut Context<'_>, buf: &mut Buf) -> Poll<io::Result<usize>> {
        match self {
            End::H1(stream) => stream.poll_read(cx, buf),
            End::H2(_) | End::Given => Poll::Ready(Err(NOT_ITS_OWN.into())),
        }
    }

    /// The same of at most so many bytes.
    pub fn poll_read_max(&mut self, cx: &mut Context<'_>, buf: &mut Buf, max: usize) -> Poll<io::Result<usize>> {
        match self {
            End::H1(stream) => stream.poll_read_max(cx, buf, max),
            End::H2(_) | End::Given => Poll::Ready(Err(NOT_ITS_OWN.into())),
        }
    }

    /// Begins TLS on a connection of its own ([`Stream::start_tls`]).
    pub fn start_tls(&mut self, session: Session, begun: &[u8]) {
        if let End::H1(stream) = self {
            stream.start_tls(session, begun);
        }
    }

    /// See [`Stream::poll_handshake`].
    pub fn poll_handshake(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), HandshakeError>> {
        match self {
            End::H1(stream) => stream.poll_handshake(cx),
            End::H2(_) | End::Given => Poll::Ready(Ok(())),
        }
    }

    /// See [`Stream::close_tls`].
    pub fn close_tls(&mut self) {
        if let End::H1(stream) = self {
            stream.close_tls();
        }
    }

    /// The TLS session of a connection of its own.
    pub fn tls(&self) -> Option<&Session> {
        match self {
            End::H1(stream) => stream.tls(),
            End::H2(_) | End::Given => None,
        }
    }

    /// The peer keeps a connection that is no longer here ([`Stream::vanish`]).
    pub fn vanish(&mut self, ttl: Option<u8>) {
        self.change(|stream| stream.vanish(ttl));
    }

    /// See [`Stream::set_mark`]; streams of a shared connection mark it for all.
    pub fn set_mark(&mut self, mark: u32) -> io::Result<()> {
        self.change(|stream| stream.set_mark(mark)).unwrap_or(Ok(()))
    }

    /// See [`Stream::set_tos`]; as [`End::set_mark`].
    pub fn set_tos(&mut self, tos: u8) -> io::Result<()> {
        self.change(|stream| stream.set_tos(tos)).unwrap_or(Ok(()))
    }

    /// Changes the connection below.
    fn change<R>(&mut self, change: impl FnOnce(&mut Stream) -> R) -> Option<R> {
        match self {
            End::H1(stream) => Some(change(stream)),
            End::H2(stream) => Some(stream.change_transport(change)),
            End::Given => None,
        }
    }

    /// Writes to a connection of its own.
    #[inline]
    pub fn poll_write(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self {
            End::H1(stream) => stream.poll_write(cx, bytes),
            End::H2(_) | End::Given => Poll::Ready(Err(NOT_ITS_OWN.into())),
        }
    }

    /// Whether a connection of its own may have something to read.
    #[inline]
    pub fn poll_read_ready(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        match self {
            End::H1(stream) => stream.poll_read_ready(cx),
            End::H2(stream) => stream.poll_gone(cx),
            End::Given => Poll::Ready(()),
        }
    }

    /// The same, as far as is known.
    pub fn is_readable(&self) -> bool {
        match self {
            End::H1(stream) => stream.is_readable(),
            End::H2(_) | End::Given => false,
        }
    }

    /// The peer has ended abruptly.
    pub fn is_reset(&self) -> bool {
        match self {
            End::H1(stream) => stream.is_reset(),
            End::H2(stream) => stream.is_gone(),
            End::Given => true,
        }
    }

    /// Whether the peer waits for nothing any more.
    #[inline]
    pub fn poll_peer_gone(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        match self {
            End::H1(stream) => stream.poll_peer_gone(cx),
            End::H2(stream) => stream.poll_gone(cx),
            End::Given => Poll::Ready(()),
        }
    }

    /// Nothing more will be sent.
    pub fn shutdown_write(&mut self) -> io::Result<()> {
        self.get().shutdown_write()
    }

    /// The end of this end will be abrupt.
    pub fn set_linger_reset(&mut self) -> io::Result<()> {
        self.get().set_linger_reset()
    }

    /// Our address.
    pub fn own_addr(&self) -> io::Result<Addr> {
        match self {
            End::H1(stream) => stream.own_addr(),
            End::H2(stream) => stream.with_transport(Stream::own_addr),
            End::Given => Err(NOT_ITS_OWN.into()),
        }
    }

    /// The address that the client meant, where a firewall has redirected it.
    pub fn original_dst(&self, local: IpAddr) -> io::Result<SocketAddr> {
        match self {
            End::H1(stream) => stream.original_dst(local),
            End::H2(stream) => stream.with_transport(|stream| stream.original_dst(local)),
            End::Given => Err(NOT_ITS_OWN.into()),
        }
    }

    /// What the kernel knows of the connection.
    pub fn tcp_info(&self) -> io::Result<TcpInfo> {
        match self {
            End::H1(stream) => stream.tcp_info(),
            End::H2(stream) => stream.with_transport(Stream::tcp_info),
            End::Given => Err(NOT_ITS_OWN.into()),
        }
    }
}

impl EndMut<'_> {
    /// Whether it is a stream of a shared connection.
    #[inline]
    pub fn is_h2(&self) -> bool {
        matches!(self, EndMut::H2(_))
    }

    /// Nothing more will be sent.
    pub fn shutdown_write(self) -> io::Result<()> {
        match self {
            EndMut::H1(stream) => stream.shutdown_write(),
            EndMut::H2(stream) => {
                stream.finish(&[]);
                Ok(())
            }
            EndMut::Given => Ok(()),
        }
    }

    /// The end of this end will be abrupt.
    pub fn set_linger_reset(self) -> io::Result<()> {
        match self {
            EndMut::H1(stream) => stream.set_linger_reset(),
            EndMut::H2(stream) => {
                stream.reset(h2::Code::CANCEL);
                Ok(())
            }
            EndMut::Given => Ok(()),
        }
    }
}
