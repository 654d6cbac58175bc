"""Staging and sending of jobs."""
