//! Spraying passwords and guessing tokens, bounded and on this machine: it is slowed down, and nobody else feels it.

use reqwest::Method;
use std::time::{Duration, Instant};
use tests::on_both;
use tests::support::{Client, Engine, Options, TestServer, people};

/// Requests of the one who is measured.
const MEASURED: usize = 40;

/// The median time of a page of somebody who is signed in.
async fn pace(client: &mut Client) -> Duration {
    let mut times = Vec::with_capacity(MEASURED);
    for _ in 0..MEASURED {
        let began = Instant::now();
        client.get("/settings/security").await.expect(200);
        times.push(began.elapsed());
    }
    times.sort_unstable();
    times[MEASURED / 2]
}

/// Tries a password from a network; whether the answer is to wait.
async fn sprayed(client: &mut Client, network: &str, login: &str) -> bool {
    let request = client.request(Method::POST, "/sign-in").header("x-forwarded-for", network);
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let reply = client.send(request.body(format!("login={login}&password=verano+de+2026+otra+vez&next=%2F"))).await;
    assert_eq!(reply.status, 303, "{}", reply.body);
    let to = reply.location();
    assert!(to.starts_with("/sign-in?error="), "{login} came in: {to}");
    to.contains("error=throttled")
}

/// A server that believes its clients' networks.
async fn start(engine: Engine) -> TestServer {
    let settings = "trusted_proxies = [\"127.0.0.1\"]\napi_per_minute = 8\n".to_owned();
    TestServer::start_with(engine, Options { settings, ..Options::default() }).await
}

on_both! {
    async fn spraying_many_accounts_or_from_many_networks_is_slowed_down(engine: Engine) {
        let server = start(engine).await;
        let mut root = people::set_up(&server).await;
        people::person(&server, &mut root, "ana", model::policy::Role::Analyst).await;
        // One network, many accounts: a few are tried, the rest waits.
        let mut client = Client::new(&server);
        let mut waits = 0;
        for number in 0..40 {
            waits += usize::from(sprayed(&mut client, "203.0.113.7", &format!("person{number}")).await);
        }
        assert!(waits >= 25, "{waits} of 40 had to wait");
        // One account, many networks.
        let mut waits = 0;
        for number in 0..40 {
            waits += usize::from(sprayed(&mut client, &format!("198.51.{number}.7"), "ana").await);
        }
        assert!(waits >= 25, "{waits} of 40 had to wait");
        // Many at one time are no more guesses than one after the other.
        let all = (0..60).map(|number| {
            let mut client = Client::new(&server);
            tokio::spawn(async move { sprayed(&mut client, "192.0.2.99", &format!("nobody{number}")).await })
        });
        let mut waits = 0;
        for one in all.collect::<Vec<_>>() {
            waits += usize::from(one.await.unwrap());
        }
        assert!(waits >= 30, "{waits} of 60 at one time had to wait");
        // Whoever is somewhere else comes in at once.
        people::sign_in(&server, "root", people::PASSWORD).await;
    }

    async fn a_flood_of_guesses_costs_others_no_time_and_the_machine_no_memory(engine: Engine) {
        let server = start(engine).await;
        let mut root = people::set_up(&server).await;
        let quiet = pace(&mut root).await;
        let before = server.memory();
        let stop = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
        let guessers = (0..4).map(|which| {
            let (mut client, stop) = (Client::new(&server), std::sync::Arc::clone(&stop));
            tokio::spawn(async move {
                let (mut asked, mut slowed) = (0u32, 0u32);
                while asked < 300 || (!stop.load(std::sync::atomic::Ordering::Relaxed) && asked < 1_500) {
                    let network = format!("203.0.{which}.{}", asked % 3);
                    if which % 2 == 0 {
                        slowed += u32::from(sprayed(&mut client, &network, &format!("p{asked}")).await);
                    } else {
                        let request = client.bare(Method::GET, "/api/v1/occurrences").header("x-forwarded-for", &network);
                        let guess = format!("postura_{which:032x}{asked:032x}");
                        let reply = client.send(request.bearer_auth(guess)).await;
                        assert!(matches!(reply.status, 401 | 429), "{}", reply.status);
                        slowed += u32::from(reply.status == 429);
                    }
                    asked += 1;
                    tokio::time::sleep(Duration::from_millis(2)).await;
                }
                (asked, slowed)
            })
        });
        let guessers: Vec<_> = guessers.collect();
        let meanwhile = pace(&mut root).await;
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
        let mut asked = 0;
        for guesser in guessers {
            let (tried, slowed) = guesser.await.unwrap();
            assert!(slowed * 2 > tried, "{slowed} of {tried} were slowed down");
            asked += tried;
        }
        assert!(asked >= 1_200, "{asked} guesses");
        // A ratio within one run, since machines differ; what is below some milliseconds is noise.
        let most = (quiet * 10).max(Duration::from_millis(250));
        assert!(meanwhile < most, "{meanwhile:?} a page, against {quiet:?}, during {asked} guesses");
        // Two hashes are computed at one time, in 19 MiB each; the rest is what requests of a new kind need once.
        if let (Some(before), Some(after)) = (before, server.memory()) {
            assert!(after < before + (120 << 20), "{} MiB, against {} MiB", after >> 20, before >> 20);
        }
    }
}
