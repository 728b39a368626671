// Interrupts: SIGINT and SIGTERM end byocctl with 130, in every verb and at every stage.
//
// A verb that has begun nothing yet is ended at once, and says nothing that it did not prove. Once
// something is under way whose answer must be written down, the verb is asked to stop instead; a
// second signal ends it at once all the same.
#pragma once

namespace byoc {

// From now on the process ends at once when it is interrupted. Called first in main.
void catch_interrupts();

// From now on an interrupt is only noted: interrupted() says so, and interrupt_fd() is readable.
void note_interrupts();

[[nodiscard]] bool interrupted();

// Readable after an interrupt; -1 before catch_interrupts().
[[nodiscard]] int interrupt_fd();

}  // namespace byoc
