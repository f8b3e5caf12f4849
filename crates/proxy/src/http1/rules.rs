//! Where an HTTP/1 stream runs its rule sets, and what it does while one of them waits.

use crate::answer::Stop;
use crate::rules::{self, At, Progress, Set, Side, Verdict};
use crate::session::Client;
use crate::stream::{Exchange, Stage};
use ::rules::{End, Wait};
use http::Head;

/// Runs the frontend's `http-request` rules.
pub async fn front_request(client: &mut Client, x: &mut Exchange, head: &mut Head) -> Result<(), Stop> {
    if client.front.rules.http_request.is_empty() {
        return Ok(());
    }
    let front = client.front.clone();
    on_request(&front.rules.http_request, client, x, head, Side::Front).await
}

/// Runs the backend's `http-request` rules, if they aren't the frontend's.
pub async fn back_request(client: &mut Client, x: &mut Exchange, head: &mut Head) -> Result<(), Stop> {
    match rules::other_side(client, x).filter(|back| !back.rules.http_request.is_empty()) {
        None => Ok(()),
        Some(back) => on_request(&back.rules.http_request, client, x, head, Side::Back).await,
    }
}

/// Runs the `http-response` rules of the backend, then those of the frontend.
pub async fn response(client: &mut Client, x: &mut Exchange, head: &mut Head) -> Result<(), Stop> {
    if let Some(back) = rules::other_side(client, x) {
        on_response(&back.rules.http_response, client, x, head, Side::Back).await?;
    }
    let front = client.front.clone();
    on_response(&front.rules.http_response, client, x, head, Side::Front).await
}

async fn on_request(set: &Set, client: &mut Client, x: &mut Exchange, head: &mut Head, side: Side) -> Result<(), Stop> {
    let mut progress = Progress::default();
    loop {
        match rules::advance(set, &mut progress, client, x, head, At::request(side)) {
            End::Through | End::Final(Verdict::Allow) => return Ok(()),
            End::Final(Verdict::Stop(stop)) => return Err(stop),
            End::Final(Verdict::Tarpit(answer)) => {
                let until = tarpit_end(client, x);
                // What a tarpit takes counts as time in a queue, and the request's analysis as not complete, as observed.
                (x.times.request, x.times.tarpitted) = (base::Tick::NONE, rt::now());
                rules::sleep(client, until, Stage::Tarpit).await?;
                x.times.assigned = rt::now();
                return Err(Stop::Answer(answer));
            }
            End::Wait(Wait::Sleep(until)) => rules::sleep(client, until, Stage::Request).await?,
            // Nothing in these sets waits for anything else.
            End::Wait(_) => return Ok(()),
        }
    }
}

async fn on_response(
    set: &Set,
    client: &mut Client,
    x: &mut Exchange,
    head: &mut Head,
    side: Side,
) -> Result<(), Stop> {
    let mut progress = Progress::default();
    loop {
        match rules::advance(set, &mut progress, client, x, head, At::response(side)) {
            End::Through | End::Final(Verdict::Allow) => return Ok(()),
            End::Final(Verdict::Stop(stop)) => return Err(stop),
            End::Final(Verdict::Tarpit(answer)) => return Err(Stop::Answer(answer)),
            End::Wait(Wait::Sleep(until)) => rules::sleep(client, until, Stage::Headers).await?,
            // Nothing in these sets waits for anything else.
            End::Wait(_) => return Ok(()),
        }
    }
}

/// `timeout tarpit`, else `timeout connect`: the backend's once there is one.
fn tarpit_end(client: &Client, x: &Exchange) -> base::Tick {
    let back = x.back.as_ref().map(|back| back.back());
    let spec = back.map_or(&client.front.spec, |back| &back.spec);
    let connect = spec.back.as_ref().and_then(|back| back.timeout_connect);
    rt::now() + spec.timeout_tarpit.or(connect).unwrap_or(base::Ms(0))
}
