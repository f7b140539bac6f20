//! What follows the clock: the server does it by itself, and no page waits for somebody to ask.

use crate::files::{host, nessus};
use crate::office::{Office, day};
use std::time::Duration;

tests::on_both! {
    async fn a_head_whose_acceptance_ran_out_is_settled_by_the_server(engine: Engine) {
        let office = Office::open(engine).await;
        office.import("1.nessus", &nessus(day(0), vec![host("10.0.0.1", &[(100, 443), (101, 22)])]).text()).await;
        // Two heads as an exception leaves them that ended yesterday. Who may grant one is a person, and there is none here.
        office
            .vandalize(
                "UPDATE occurrence SET status = 7, is_open = 0, accepted_until = \
                 (SELECT recorded_at FROM head) - 86400000000 WHERE inventory = 0",
            )
            .await
            .unwrap();
        let accepted = async || office.raw::<(i64,)>("SELECT COUNT(*) FROM occurrence WHERE status = 7").await[0].0;
        // Pages know, by asking every row and remembering nothing; without the server's tick they would have to for ever.
        assert_eq!((office.count("").await, accepted().await), (2, 2));
        let worker = tokio::spawn(office.service.clone().work());
        for _ in 0..100 {
            if accepted().await == 0 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        worker.abort();
        assert_eq!((office.count("").await, accepted().await), (2, 0));
        office.assert_sound().await;
    }
}
