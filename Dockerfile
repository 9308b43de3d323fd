# The image of migrate, web, worker and beat: docker-compose.yml says which command each runs.
FROM python:3.11-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /venv
ENV PATH=/venv/bin:$PATH
WORKDIR /source
# What changes seldom comes first, so that a change of ours installs no library again.
COPY requirements/run.txt requirements/run.txt
RUN pip install --require-hashes --no-deps -r requirements/run.txt
# The build's tools go into an environment of their own, which is left behind.
COPY requirements/build.txt requirements/build.txt
RUN python -m venv /tools && /tools/bin/pip install --require-hashes --no-deps -r requirements/build.txt
COPY pyproject.toml README.md LICENSE CHANGELOG.md ./
COPY grader grader
COPY cards cards
COPY service service
RUN /tools/bin/pip wheel --no-build-isolation --no-deps --no-index --wheel-dir /wheels . \
    && pip install --no-deps --no-index /wheels/*.whl

FROM python:3.11-slim
RUN groupadd --system --gid 10001 gradeck \
    && useradd --system --uid 10001 --gid 10001 --no-create-home gradeck \
    && install --directory --owner gradeck --group gradeck --mode 0700 /data
COPY --from=build /venv /venv
ENV PATH=/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 GRADECK_DATA=/data
USER 10001:10001
WORKDIR /data
EXPOSE 8000
CMD ["gradeck", "serve", "--host", "0.0.0.0", "--port", "8000"]
