//! What follows inputs and the clock without a step of its own, because no number changes by it.

use crate::{Result, Store};
use model::Micros;

impl Store {
    /// Brings up to date what pages read faster when it is: the heads of acceptances that have run out, and a window of the
    /// marks that lag. For the server, from time to time. The answer is whether marks still lag.
    ///
    /// # Errors
    /// The database fails.
    pub async fn catch_up(&self, now: Micros) -> Result<bool> {
        // Asked first without the lock for which every step waits.
        let moment = self.moment_now().await?;
        if moment.run_out(now) {
            self.acceptances_expire(now).await?;
        }
        if moment.lagging() { self.marks_follow().await } else { Ok(false) }
    }
}
