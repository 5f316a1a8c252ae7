# One image for all parts of production: web, Celery worker, beat, and the sandbox bank of the demo.
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
# The file system is read-only at run time, but fontconfig wants a place for its cache.
ENV HOME=/tmp

# Pango and a font with Cyrillic and the rouble sign: PDF receipts are drawn with them.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /srv/smartservice
COPY requirements.txt .
RUN pip install --no-deps --require-hashes --requirement requirements.txt

COPY . .
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin smartservice \
    && install --directory --owner smartservice --group smartservice --mode 0750 var
USER smartservice
VOLUME /srv/smartservice/var
EXPOSE 8000

# Threads, since bank calls wait inside requests; the time limit is above the longest of those.
# WEB_CONCURRENCY says how many processes.
CMD ["gunicorn", "smartservice.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--threads", "16", \
     "--timeout", "90", "--graceful-timeout", "30", "--max-requests", "5000", "--max-requests-jitter", "500", \
     "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
