/** A program that does not end. */
setInterval(() => {}, 1000);
