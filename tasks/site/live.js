// Draws figures by Vega when they come into view; where that fails the drawing stays as it is.
// Specifications are scripts, so that pages work from a folder, too.
"use strict";
const waiting = new Map();

globalThis.pyrosaurFigure = (name, spec) => {
  const figure = waiting.get(name);
  const place = document.createElement("div"), image = figure.querySelector("img");
  place.className = "live";
  // The same numbers by chance at each drawing.
  vega.setRandom(vega.randomLCG(0.5));
  figure.insertBefore(place, image);
  const logLevel = vega.Error, config = { axis: { labelLimit: 0 } };
  vegaEmbed(place, spec, { actions: false, renderer: "svg", logLevel, config }).then(() => {
    image.hidden = true;
    figure.dataset.live = "yes";
  }, (error) => {
    place.remove();
    figure.dataset.live = "no";
    console.error(`Cannot draw ${name}: ${error}`);
  });
};

const seen = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    seen.unobserve(target);
    waiting.set(target.dataset.name, target);
    const script = document.createElement("script");
    script.src = target.dataset.figure;
    document.head.append(script);
  }
}, { rootMargin: "200px" });

for (const figure of document.querySelectorAll("figure[data-figure]")) seen.observe(figure);
