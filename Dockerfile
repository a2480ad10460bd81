# Serves a model repository: docker build -t pyrosaur . && docker run -p 8000:8000 -v ./model_repository:/models:ro pyrosaur
FROM denoland/deno:2.9.6
WORKDIR /app
COPY deno.json deno.lock ./
RUN deno install --frozen
COPY mod.ts ./
COPY lib lib
COPY tasks tasks
USER deno
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s CMD ["deno", "eval", "const { ok } = await fetch('http://127.0.0.1:8000/v2/health/ready'); Deno.exit(ok ? 0 : 1)"]
CMD ["deno", "task", "serve", "--host", "0.0.0.0", "--port", "8000", "--repository", "/models"]
